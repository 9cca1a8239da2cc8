import Foundation

/// What a push did.
struct PushResult: Sendable {
  /// The exit status of `git push`.
  var status: Int32
  /// What the gate said.
  var report: Report
  /// Everything that git printed.
  var transcript: String
  /// The refs of the host that changed, with what they hold now (an empty text: gone).
  var moved: [String: String]
  /// What `mlops-hook check` said beforehand, when it was asked.
  var checked: Checked?
}

/// What `mlops-hook check --format json` said.
struct Checked: Sendable {
  /// The exit status.
  var status: Int32
  /// `accepted`, `refused` or `unknown`.
  var verdict: String
  /// The problems as `check path:line:column`.
  var problems: [String]
  /// The names of the checks that failed.
  var checks: Set<String>
  /// Everything that it printed.
  var transcript: String
}

/// A clone of the host: commits are made by `git fast-import`, pushes by `git push`.
final class Clone {
  /// The host that this clone pushes to.
  let sandbox: GitSandbox
  /// The work folder.
  let path: String
  private var tips: [String: String] = [:]
  private var clock = 1_700_000_000

  /// Makes an empty clone of the sandbox's host.
  init(_ sandbox: GitSandbox, name: String = "clone") throws {
    self.sandbox = sandbox
    path = sandbox.root + "/" + name
    try sandbox.git(["init", "--quiet", "--template=", path], in: sandbox.root)
    let config = """
      [core]
        repositoryformatversion = 0
        bare = false
      [remote "origin"]
        url = \(sandbox.host)
        fetch = +refs/heads/*:refs/remotes/origin/*

      """
    try Data(config.utf8).write(to: URL(fileURLWithPath: path + "/.git/config"))
    try FileManager.default.createDirectory(
      atPath: path + "/.git/refs/remotes/origin", withIntermediateDirectories: true)
    try Data("ref: refs/remotes/origin/main\n".utf8)
      .write(to: URL(fileURLWithPath: path + "/.git/refs/remotes/origin/HEAD"))
  }

  /// Runs git in the clone; it has to succeed.
  @discardableResult
  func git(_ arguments: String..., input: [UInt8] = []) throws -> String {
    try sandbox.git(arguments, in: path, input: input)
  }

  /// What a branch holds here.
  func tip(_ branch: String = "main") throws -> String {
    if let known = tips[branch] { return known }
    let oid = try git("rev-parse", "--verify", "refs/heads/\(branch)")
    tips[branch] = oid
    return oid
  }

  /// Points a branch at a commit.
  func set(_ branch: String, to commit: String) throws {
    try git("update-ref", "refs/heads/\(branch)", commit)
    tips[branch] = commit
  }

  /// A change of files: the new text, or `nil` to remove the path.
  typealias Changes = [String: String?]

  /// Makes a commit on a branch and returns its id.
  ///
  /// - Parameters:
  ///   - from: the first parent; by default the branch's tip, or none where the branch does not exist.
  ///   - merge: further parents.
  ///   - modes: for paths of `changes` that are no regular files: `120000`, `100755`, or `160000` with an id as text.
  @discardableResult
  func commit(
    _ message: String, _ changes: Changes = [:], on branch: String = "main", from: String? = nil, orphan: Bool = false,
    merge: [String] = [], author: String = "Dev <dev@example.com>", committer: String? = nil,
    modes: [String: String] = [:]
  ) throws -> String {
    let parent = orphan ? nil : (from ?? (try? tip(branch)))
    let commands = stream(
      message, changes, ref: "refs/heads/\(branch)", parents: (parent.map { [$0] } ?? []) + merge, author: author,
      committer: committer ?? author, modes: modes)
    let oid = try fastImport(commands + Array("get-mark :1\n".utf8), in: path)
    tips[branch] = oid
    return oid
  }

  /// Makes the same first commit on the host, behind the gate's back, and here, so that tests begin with a past.
  @discardableResult
  func seed(_ files: [String: String], branch: String = "main") throws -> String {
    let commands = stream(
      "Begin", files.mapValues { Optional($0) }, ref: "refs/heads/\(branch)", parents: [],
      author: "Root <root@example.com>", committer: "Root <root@example.com>", modes: [:])
    _ = try fastImport(commands + Array("get-mark :1\n".utf8), in: sandbox.host)
    let remote = Array("reset refs/remotes/origin/\(branch)\nfrom :1\n\nget-mark :1\n".utf8)
    let oid = try fastImport(commands + remote, in: path)
    tips[branch] = oid
    // As `install.sh` does: the tip that stands has no trigger outstanding.
    try sandbox.git(["update-ref", "refs/mlops/emitted/heads/\(branch)", oid])
    return oid
  }

  private func fastImport(_ stream: [UInt8], in folder: String) throws -> String {
    try sandbox.git(["fast-import", "--quiet", "--force", "--date-format=raw"], in: folder, input: stream)
  }

  private func stream(
    _ message: String, _ changes: Changes, ref: String, parents: [String], author: String, committer: String,
    modes: [String: String]
  ) -> [UInt8] {
    clock += 60
    var out: [UInt8] = []
    func add(_ text: String) { out += Array(text.utf8) }
    func data(_ text: String) { add("data \(text.utf8.count)\n\(text)\n") }
    if parents.isEmpty { add("reset \(ref)\n\n") }
    add("commit \(ref)\nmark :1\nauthor \(author) \(clock) +0000\ncommitter \(committer) \(clock) +0000\n")
    data(message)
    for (index, parent) in parents.enumerated() { add("\(index == 0 ? "from" : "merge") \(parent)\n") }
    for (file, text) in changes.sorted(by: { $0.key < $1.key }) where text == nil { add("D \(Self.quoted(file))\n") }
    for (file, text) in changes.sorted(by: { $0.key < $1.key }) {
      guard let text else { continue }
      let mode = modes[file] ?? "100644"
      if mode == "160000" {
        add("M 160000 \(text) \(Self.quoted(file))\n")
      } else {
        add("M \(mode) inline \(Self.quoted(file))\n")
        data(text)
      }
    }
    add("\n")
    return out
  }

  private static func quoted(_ path: String) -> String {
    var out = "\""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += "\\" + String(UnicodeScalar(byte))
      case 0x20...0x7e: out += String(UnicodeScalar(byte))
      default:
        let octal = String(byte, radix: 8)
        out += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
      }
    }
    return out + "\""
  }

  /// Pushes refspecs to the host.
  @discardableResult
  func push(_ refspecs: String..., options: [String] = [], environment: [String: String] = [:]) throws -> PushResult {
    try push(refspecs, options: options, environment: environment)
  }

  /// Pushes refspecs to the host.
  @discardableResult
  func push(_ refspecs: [String], options: [String] = [], environment: [String: String] = [:]) throws -> PushResult {
    let before = try sandbox.refs()
    let output = try sandbox.run(
      ["git", "push", "--porcelain"] + options + ["origin"] + (refspecs.isEmpty ? ["main"] : refspecs), in: path,
      environment: environment)
    return PushResult(
      status: output.status, report: .remote(in: output.standardError), transcript: output.err + output.out,
      moved: Self.moved(from: before, to: try sandbox.refs()))
  }

  /// Asks `mlops-hook check` about a branch, then pushes it, and keeps both answers.
  @discardableResult
  func checkAndPush(_ branch: String = "main", force: Bool = false, options: [String] = []) throws -> PushResult {
    let checked = try check(branch)
    var result = try push(["\(force ? "+" : "")refs/heads/\(branch):refs/heads/\(branch)"], options: options)
    result.checked = checked
    return result
  }

  /// Asks `mlops-hook check` what a push of this branch would meet.
  func check(_ branch: String = "main", arguments: [String] = []) throws -> Checked {
    try Data("ref: refs/heads/\(branch)\n".utf8).write(to: URL(fileURLWithPath: path + "/.git/HEAD"))
    var arguments = ["check", "--format", "json"] + arguments
    let policy = try sandbox.run(["git", "config", "mlops.policy"], in: sandbox.host)
    if policy.status == 0 { arguments += ["--policy", policy.out.trimmingCharacters(in: .newlines)] }
    return Checked(try sandbox.mlops(arguments, in: path))
  }

  /// The refs that differ between two looks at the host.
  static func moved(from before: [String: String], to after: [String: String]) -> [String: String] {
    var moved = after.filter { before[$0.key] != $0.value }
    for ref in before.keys where after[ref] == nil { moved[ref] = "" }
    return moved
  }
}

extension Checked {
  /// Reads what `mlops-hook check --format json` printed.
  init(_ output: Output) {
    let object = (try? JSONSerialization.jsonObject(with: Data(output.standardOutput))) as? [String: Any]
    let found = (object?["problems"] as? [[String: Any]] ?? []).filter { $0["severity"] as? String == "error" }
    self.init(
      status: output.status, verdict: object?["verdict"] as? String ?? "",
      problems: found.map { problem in
        "\(problem["check"] ?? "") \(problem["path"] ?? "")"
          + ":\((problem["line"] as? Int).map(String.init) ?? ""):\((problem["column"] as? Int).map(String.init) ?? "")"
      }.sorted(),
      checks: Set(found.compactMap { $0["check"] as? String }), transcript: output.out + output.err)
  }
}
