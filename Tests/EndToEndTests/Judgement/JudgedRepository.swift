import Foundation
import GitObjects

@testable import ManifestCore

/// Many random pushes in one repository, judged in this process as `pre-receive` judges them.
final class JudgedRepository {
  /// A push whose commits are there.
  struct Written {
    let base: ObjectID
    let tip: ObjectID
  }

  private let sandbox: GitSandbox
  private let store: ObjectStore
  private static let main = Array("refs/heads/main".utf8)
  /// The server's clock.
  private static let now: Int64 = 1_790_000_000

  /// Makes a repository that holds the commits of some pushes; gives each with its ids.
  static func writing(_ pushes: [RandomPush]) throws -> (repository: JudgedRepository, written: [Written]) {
    let sandbox = try GitSandbox(hooks: [])
    var stream: [UInt8] = []
    var marks: [(base: Int, tip: Int)] = []
    var mark = 0
    func add(_ text: String) { stream += Array(text.utf8) }
    func add(data text: String) {
      add("data \(text.utf8.count)\n")
      add(text)
      add("\n")
    }
    func commit(_ one: RandomPush.Commit, from parent: (mark: Int, world: World)?) {
      mark += 1
      add("commit refs/heads/made\nmark :\(mark)\nauthor \(one.author.ident) \(one.date) +0000\n")
      add("committer \((one.committer ?? one.author).ident) \(one.date) +0000\n")
      add(data: one.message)
      if let parent { add("from :\(parent.mark)\n") } else { add("deleteall\n") }
      let changes = one.world.changes(from: parent?.world ?? World())
      for (path, text) in changes.sorted(by: { $0.key < $1.key }) where text == nil { add("D \(Self.quoted(path))\n") }
      for (path, text) in changes.sorted(by: { $0.key < $1.key }) {
        guard let text else { continue }
        let mode = one.world.modes[path] ?? "100644"
        if mode == "160000" {
          add("M 160000 \(String(repeating: "1", count: 40)) \(Self.quoted(path))\n")
        } else {
          add("M \(mode) inline \(Self.quoted(path))\n")
          add(data: text)
        }
      }
    }
    for push in pushes {
      add("reset refs/heads/made\n")
      commit(.init(message: "Begin\n", world: push.base, author: .root), from: nil)
      let base = mark
      var parent = (mark: mark, world: push.base)
      for one in push.commits {
        commit(one, from: parent)
        parent = (mark, one.world)
      }
      marks.append((base, mark))
    }
    let table = sandbox.root + "/marks"
    let import_ = try sandbox.run(
      ["git", "fast-import", "--quiet", "--force", "--export-marks=\(table)"], in: sandbox.host, input: stream)
    guard import_.status == 0 else { throw SceneError(import_.err) }
    var ids: [Int: ObjectID] = [:]
    for line in try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ")
      if let number = Int(words[0].dropFirst()) { ids[number] = ObjectID(hex: words[1].utf8) }
    }
    let written = try marks.map { pair in
      guard let base = ids[pair.base], let tip = ids[pair.tip] else { throw SceneError("a mark is missing") }
      return Written(base: base, tip: tip)
    }
    return (try JudgedRepository(sandbox), written)
  }

  private init(_ sandbox: GitSandbox) throws {
    self.sandbox = sandbox
    store = ObjectStore(
      repository: try Repository.open(at: sandbox.host, search: false), budget: Budget(seconds: nil))
  }

  /// A path as fast-import reads it.
  private static func quoted(_ path: String) -> String {
    let needs = path.utf8.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x5c }
    guard needs || path.hasPrefix(" ") else { return path }
    var text = "\""
    for byte in path.utf8 {
      switch byte {
      case 0x0a: text += "\\n"
      case 0x22: text += "\\\""
      case 0x5c: text += "\\\\"
      default: text.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return text + "\""
  }

  /// Which of the two policies judge.
  enum Policies { case both, repository, host }

  /// Judges a push; `others` are refs that are pushed with it, before or behind it.
  func judge(
    _ push: Written, host: PolicyShape?, policies which: Policies = .both,
    others: [(ref: String, new: ObjectID)] = [], othersFirst: Bool = false
  ) throws -> Verdict {
    var tips: [[UInt8]: ObjectID] = [Self.main: push.base]
    tips[Array("refs/heads/other".utf8)] = push.base
    let known = tips
    let refs = HostRefs(head: .branch(Self.main), branches: known, lookUp: { known[$0].map { .direct($0) } })
    let files = host.map {
      HostPolicyFiles(path: "/host", policy: Array($0.yaml.utf8), approvers: Array(Fixtures.directory.utf8))
    }
    var set = try PolicyLoader(store: store).load(host: which == .repository ? nil : files, refs: refs)
    if which == .host { set.repository = nil }
    let context = JudgeContext(
      store: store, refs: refs, policies: set,
      pusher: Pusher(identities: [.init(source: .host, name: Person.dev.email)]), settings: JudgeSettings(now: Self.now)
    )
    let own = RefUpdate(old: push.base, new: push.tip, ref: Self.main)
    let more = others.map { RefUpdate(old: known[Array($0.ref.utf8)] ?? .zero, new: $0.new, ref: Array($0.ref.utf8)) }
    var judge = PushJudge(context: context, scope: .full)
    judge.judge(othersFirst ? more + [own] : [own] + more)
    return judge.verdict
  }
}

extension Verdict {
  /// What was found, whatever the commits are named and in whatever order.
  var found: [String] { list { _ in true } }

  /// The same without what is said of `policies/` itself.
  var foundElsewhere: [String] {
    list { $0.check.family != "policy" && $0.place.path?.starts(with: Array("policies/".utf8)) != true }
  }

  private func list(_ isShown: (Finding) -> Bool) -> [String] {
    findings.filter(isShown).map { finding in
      let path = finding.place.path.map { Text.show($0) } ?? "-"
      let mark = finding.place.mark.map { "\($0.line):\($0.column)" } ?? "-"
      let ref = finding.place.ref.map { Text.show($0) } ?? "-"
      return
        "\(finding.check.rawValue) \(finding.severity.rawValue) \(finding.policy?.rawValue ?? "-") \(ref) \(path) \(mark)"
    }.sorted()
  }
}
