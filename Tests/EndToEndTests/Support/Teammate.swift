import Foundation
import Testing

/// Somebody with a real clone, a work tree and an SSH key.
final class Teammate {
  /// The host that they push to.
  let sandbox: GitSandbox
  /// The work tree.
  let path: String
  /// Their address.
  let email: String
  /// Further variables of their shell.
  var environment: [String: String] = [:]

  /// Clones the host.
  init(_ sandbox: GitSandbox, name: String, full: String) throws {
    self.sandbox = sandbox
    path = sandbox.root + "/" + name
    email = "\(name)@example.com"
    try sandbox.git(["clone", "--quiet", "--template=", sandbox.host, path], in: sandbox.root)
    let key = try sandbox.writeKey(of: name)
    let config = """
      [user]
        name = \(full)
        email = \(email)
        signingKey = \(key)
      [gpg]
        format = ssh

      """
    let file = path + "/.git/config"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try (text + config).write(toFile: file, atomically: false, encoding: .utf8)
  }

  /// Runs a verb.
  @discardableResult
  func mlops(_ arguments: String...) throws -> Output { try mlops(arguments) }

  /// Runs a verb.
  @discardableResult
  func mlops(_ arguments: [String]) throws -> Output {
    try sandbox.mlops(arguments, in: path, environment: environment)
  }

  /// Runs git, which has to succeed.
  @discardableResult
  func git(_ arguments: String...) throws -> String { try sandbox.git(arguments, in: path) }

  /// Runs git, and gives what came of it.
  func tryGit(_ arguments: String...) throws -> Output {
    try sandbox.run(["git"] + arguments, in: path, environment: environment)
  }

  /// Writes a file of the work tree.
  func write(_ file: String, _ text: String) throws {
    let full = path + "/" + file
    try FileManager.default.createDirectory(
      atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: full))
  }

  /// Commits files on a branch by git itself, and comes back to `main`.
  func commit(_ message: String, _ files: [String: String], on branch: String) throws {
    try git("switch", "--quiet", branch)
    for (file, text) in files {
      try write(file, text)
      try git("add", file)
    }
    try git("commit", "--quiet", "--allow-empty", "-m", message)
    try git("switch", "--quiet", "main")
  }

  /// Everything of the clone that a verb may not touch when it refuses.
  struct State: Equatable {
    var head: String
    var refs: String
    var index: Data
    var status: String
    var files: String
    var objects: String

    /// The names of what differs.
    func differences(from other: State) -> [String] {
      let pairs = [
        ("head", head == other.head), ("refs", refs == other.refs), ("index", index == other.index),
        ("status", status == other.status), ("files", files == other.files), ("objects", objects == other.objects),
      ]
      return pairs.filter { !$0.1 }.map(\.0)
    }
  }

  /// Looks at the clone without changing it.
  ///
  /// What is fetched is fetched first, so that a verb's own fetch brings nothing.
  func state(fetching: Bool = true) throws -> State {
    if fetching {
      try git("fetch", "--quiet", "origin")
      try git("fetch", "--quiet", "--prune", "origin", "+refs/mlops-approvals/*:refs/mlops-remote/origin/approvals/*")
      _ = try tryGit("update-index", "-q", "--refresh")
    }
    return State(
      head: try String(contentsOfFile: path + "/.git/HEAD", encoding: .utf8),
      refs: try git("for-each-ref"),
      index: try Data(contentsOf: URL(fileURLWithPath: path + "/.git/index")),
      status: try git("--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=all"),
      files: try sandbox.run(
        ["sh", "-c", "find . -path ./.git -prune -o -type f -print | sort | xargs cksum"], in: path
      ).out,
      objects: try git("count-objects", "-v"))
  }

  /// Expects that something changes neither refs, index, work tree and objects here, nor any ref of the host.
  func untouched(_ body: () throws -> Output, sourceLocation: SourceLocation = #_sourceLocation) throws -> Output {
    let before = try state()
    let host = try sandbox.refs()
    let output = try body()
    let said = "\(output.out)\(output.err)"
    let differences = try state(fetching: false).differences(from: before)
    #expect(differences.isEmpty, "\(said)", sourceLocation: sourceLocation)
    #expect(try sandbox.refs() == host, "the host moved: \(said)", sourceLocation: sourceLocation)
    return output
  }

  /// Runs a verb that has to refuse and leave everything as it was.
  func refused(
    _ arguments: String..., status: Int32 = 1, saying words: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let output = try untouched({ try mlops(arguments) }, sourceLocation: sourceLocation)
    expectNotDone(output, status: status, sourceLocation: sourceLocation)
    for word in words {
      #expect(
        (output.out + output.err).contains(word), "no `\(word)`: \(output.out)\(output.err)",
        sourceLocation: sourceLocation)
    }
  }
}
