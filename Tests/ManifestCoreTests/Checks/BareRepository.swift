import Foundation

/// A bare repository in a folder of its own, made and filled by the git of this machine without its configuration.
final class BareRepository {
  /// What went wrong in git.
  struct Failure: Error, CustomStringConvertible { var description: String }

  private let folder: URL
  private var number = 0
  /// The git directory.
  var path: String { folder.appendingPathComponent("hosted.git").path }

  /// Creates an empty repository, as `git init --bare` does.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("example-\(UUID().uuidString)")
    for name in ["objects/info", "objects/pack", "refs/heads", "refs/tags", "hooks"] {
      try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
    }
    try write("ref: refs/heads/main\n", "HEAD")
    try write("[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n", "config")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Writes a file inside of the git directory.
  func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  /// Reads a file inside of the git directory; nil where it is not there.
  func read(_ name: String) -> String? { try? String(contentsOfFile: path + "/" + name, encoding: .utf8) }

  /// Adds a setting.
  func configure(_ key: String, _ value: String) throws {
    let parts = key.split(separator: ".", maxSplits: 1)
    try write((read("config") ?? "") + "[\(parts[0])]\n\t\(parts[1]) = \(value)\n", "config")
  }

  // MARK: Commits

  /// Writes the commits of an example: those before the push to `main`; gives the ids of the two tips.
  func build(_ push: ExamplePush) throws -> (old: String, new: String) {
    var stream = Data()
    var mark = 0
    func add(_ change: ExamplePush.Change, to ref: String, of author: String, _ committer: String) {
      let message = change.message ?? push.defaultMessage
      let date = "\(1_780_000_000 + mark * 60) +0000"
      mark += 1
      stream += Data("commit \(ref)\nmark :\(mark)\nauthor \(author) \(date)\ncommitter \(committer) \(date)\n".utf8)
      stream += Data("data \(message.utf8.count)\n\(message)\n".utf8)
      if mark > 1 { stream += Data("from :\(mark - 1)\n".utf8) }
      for path in change.deletions { stream += Data("D \(path)\n".utf8) }
      for (path, file) in change.files.sorted(by: { $0.key < $1.key }) {
        stream += Data("M \(file.mode) inline \(path)\ndata \(file.content.utf8.count)\n\(file.content)\n".utf8)
      }
    }
    let host = "Host <host@example.com>"
    for change in push.before { add(change, to: "refs/heads/main", of: host, host) }
    let changes = push.after.filter { !$0.isEmpty }
    for change in changes { add(change, to: "refs/incoming", of: push.author, push.committer ?? push.author) }
    try run(["git", "fast-import", "--quiet", "--force"], in: path, input: stream)
    for (name, text) in push.hostPolicy {
      try FileManager.default.createDirectory(atPath: path + "/host", withIntermediateDirectories: true)
      try write(text, "host/" + name)
    }
    for setting in push.configuration { try configure(setting.key, setting.value) }
    if !push.hostPolicy.isEmpty { try configure("mlops.policy", path + "/host") }
    let old = try tip("refs/heads/main")
    return (old, changes.isEmpty ? old : try tip("refs/incoming"))
  }

  private func tip(_ ref: String) throws -> String {
    guard let text = read(ref) else { throw Failure(description: "`\(ref)` was not written") }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  // MARK: Commands

  /// Types commands in a clone: gives what git told `pre-receive` of the last push, and takes that push back.
  func type(_ commands: String, as author: String, message: String) throws -> String {
    try Data(message.utf8).write(to: folder.appendingPathComponent("message"))
    try write("#!/bin/sh\ncat > ../lines\n", "hooks/pre-receive")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path + "/hooks/pre-receive")
    try run(["git", "clone", "-q", path, "work"], in: folder.path)
    let parts = author.split(separator: "<")
    let person = "[user]\n\tname = \(parts[0])\n\temail = \(parts[1].dropLast())\n"
    let configuration = folder.appendingPathComponent("work/.git/config")
    try Data((try String(contentsOf: configuration, encoding: .utf8) + person).utf8).write(to: configuration)
    // What a command prints is of no interest, and a push that git itself refuses was still shown to the hook.
    try run(["sh", "-c", commands], in: folder.appendingPathComponent("work").path, mayFail: true)
    let lines = try String(contentsOf: folder.appendingPathComponent("lines"), encoding: .utf8)
    try FileManager.default.removeItem(atPath: path + "/hooks/pre-receive")
    for line in lines.split(separator: "\n") {
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count == 3 else { throw Failure(description: "not a line of pre-receive: \(line)") }
      let isNew = fields[0].allSatisfy { $0 == "0" }
      try run(["git", "update-ref"] + (isNew ? ["-d", fields[2]] : [fields[2], fields[0]]), in: path)
    }
    return lines
  }

  /// Runs a program in a folder, with nothing of this machine's git configuration.
  func run(
    _ arguments: [String], in directory: String, input: Data = Data(), mayFail: Bool = false
  ) throws {
    number += 1
    // Files instead of pipes: neither side can wait for the other.
    let source = folder.appendingPathComponent("input-\(number)")
    let target = folder.appendingPathComponent("output-\(number)")
    try input.write(to: source)
    try Data().write(to: target)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
      "GIT_AUTHOR_DATE": "1790000000 +0000", "GIT_COMMITTER_DATE": "1790000000 +0000",
    ]
    process.standardInput = try FileHandle(forReadingFrom: source)
    let output = try FileHandle(forWritingTo: target)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    guard mayFail || process.terminationStatus == 0 else {
      let said = (try? String(contentsOf: target, encoding: .utf8)) ?? ""
      throw Failure(description: "\(arguments.prefix(2)) ended with \(process.terminationStatus): \(said)")
    }
  }
}
