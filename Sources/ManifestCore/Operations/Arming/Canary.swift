import GitObjects
private import Glibc

/// A real push that the gate refuses whatever the policies and settings are: where git accepts it, there is no gate.
struct Canary {
  /// Where it pushes to; the gate takes nothing there from anybody.
  static let prefix = "refs/mlops-canary/"
  /// What the gate says to it.
  static let refusal = "refs below `refs/mlops-canary/` are for `mlops-hook doctor --canary`, and are never taken"

  /// Whether a ref is one of a canary's.
  static func isCanary(_ ref: [UInt8]) -> Bool { ref.starts(with: bytes(prefix)) }

  /// What became of it.
  enum Outcome {
    /// The gate refused it.
    case refused
    /// Git took it; whether all of it could be removed again.
    case accepted(isGone: Bool)
    /// Neither can be told.
    case unknown(message: String, fix: String)
  }

  let host: HostRepository
  let context: HookContext

  /// Makes the push, from a repository of its own that is gone afterwards.
  func fly() throws -> Outcome {
    guard let folder = Self.makeFolder(in: [context.variable("TMPDIR"), "/tmp"].compactMap { $0 }) else {
      throw LocalCheck.CannotSay(
        "no temporary folder can be made: \(SafeFiles.lastError)", fix: "set TMPDIR to a folder that can be written")
    }
    defer { SafeFiles.removeFolder(folder) }
    let git = try GitProgram(in: folder, context: context)
    let help = "see that git runs here"
    _ = try git.output(["init", "--quiet", "--bare", "--template=", "--object-format=sha1", "."], fix: help)
    let tree = String(
      decoding: try git.output(["hash-object", "-w", "-t", "tree", "/dev/null"], fix: help), as: UTF8.self)
    let who = ["NAME": "mlops-hook", "EMAIL": "mlops-hook@localhost", "DATE": "\(context.now) +0000"]
    let people = ["AUTHOR", "COMMITTER"].flatMap { role in who.map { ("GIT_\(role)_\($0.key)", bytes($0.value)) } }
    let name = "\(context.now)-\(getpid())"
    let commit = String(
      decoding: try git.output(
        ["-c", "commit.gpgSign=false", "commit-tree", tree, "-m", "Canary \(name)"],
        environment: Dictionary(people) { $1 }, fix: help), as: UTF8.self)
    let ref = Self.prefix + name
    let pushed = try git.run(
      [
        "-c", "push.gpgSign=false", "-c", "push.pushOption=", "-c", "push.followTags=false", "push", "--porcelain",
        "--no-verify", "--receive-pack=\(receiver)", host.repository.gitDirectory, "\(commit):\(ref)",
      ], environment: ["LC_ALL": bytes("C")], seconds: 120)
    return try outcome(pushed, ref: ref, commit: commit)
  }

  /// Makes a folder of its own in the first of some that can be written.
  private static func makeFolder(in bases: [String]) -> String? {
    for base in bases {
      var template = Array((base + "/mlops-canary.XXXXXX").utf8CString)
      guard mkdtemp(&template) != nil else { continue }
      return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return nil
  }

  /// The receiving git, in the environment that this program was given: a push into a folder takes it away.
  private var receiver: String {
    let handed = context.environment.filter { $0.key.utf8.starts(with: "GIT_CONFIG_".utf8) }.sorted { $0.key < $1.key }
    guard !handed.isEmpty else { return "git-receive-pack" }
    let words = handed.map { ShellWord.quoted("\($0.key)=\(String(decoding: $0.value, as: UTF8.self))") }
    return "env " + words.joined(separator: " ") + " git-receive-pack"
  }

  private func outcome(_ pushed: ChildProgram.Result, ref: String, commit: String) throws -> Outcome {
    // What counts is what the repository holds now, read by another reader than git.
    let after = try Repository.open(at: host.repository.gitDirectory, search: false)
    if try after.reference(bytes(ref)) != nil {
      return .accepted(isGone: remove(after, ref: ref, commit: commit))
    }
    let said = String(decoding: pushed.errors + pushed.output, as: UTF8.self)
    if !pushed.isSuccess, said.contains("pre-receive hook declined"), said.contains(Self.refusal) { return .refused }
    if said.contains("pre-receive hook declined") {
      return .unknown(
        message: "another hook refused the push before the gate was asked, so it is not known whether the gate would",
        fix: "let the hooks in `pre-receive.d` pass `\(Self.prefix)*`")
    }
    return .unknown(
      message: "the push that the gate must refuse did not reach it: \(pushed.complaint)",
      fix: "run this as the user that receives pushes, and let no `hideRefs` name `\(Self.prefix)`")
  }

  /// Takes away what an accepted canary left.
  private func remove(_ repository: Repository, ref: String, commit: String) -> Bool {
    do {
      try repository.deleteReference(ref)
    } catch {
      return false
    }
    let loose = repository.gitDirectory + "objects/" + commit.prefix(2) + "/" + commit.dropFirst(2)
    SafeFiles.remove(loose)
    rmdir(repository.gitDirectory + "refs/mlops-canary")
    return (try? repository.reference(bytes(ref))) == .some(nil)
  }
}
