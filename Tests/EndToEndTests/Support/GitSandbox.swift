import Foundation
import Glibc

/// A host with one bare repository behind our three hooks, and the clones that push to it.
///
/// Everything is real (git, the debug executables, a file system) and nothing of the machine's own git configuration
/// is seen. The folder goes away with the object.
final class GitSandbox {
  /// The folder that holds everything.
  let root: String
  /// The bare repository.
  let host: String
  /// The environment of everybody on this host.
  var environment: [String: String]

  /// Where the executables were built: beside the running test program.
  static let products: String = {
    var path =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    for _ in 0..<6 {
      path = (path as NSString).deletingLastPathComponent
      if FileManager.default.isExecutableFile(atPath: path + "/pre-receive") { return path }
    }
    // `swiftpm-testing-helper` runs the tests as a library: the bundle's path stands among the arguments.
    for argument in CommandLine.arguments {
      var path = argument
      for _ in 0..<6 where !path.isEmpty && path != "/" {
        path = (path as NSString).deletingLastPathComponent
        if FileManager.default.isExecutableFile(atPath: path + "/pre-receive") { return path }
      }
    }
    return "."
  }()

  /// Makes a host with an empty bare repository.
  ///
  /// - Parameters:
  ///   - hooks: the hooks to install.
  ///   - head: the branch that `HEAD` names.
  ///   - arguments: further arguments of `git init`.
  ///   - environment: what everybody's environment has besides.
  init(
    hooks: [String] = ["pre-receive", "update", "post-receive"], head: String = "main", arguments: [String] = [],
    environment more: [String: String] = [:]
  ) throws {
    var template = Array("\(NSTemporaryDirectory())/mlops-e2e-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SceneError("mkdtemp: \(errno)") }
    root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      .replacingOccurrences(of: "//", with: "/")
    host = root + "/host.git"
    environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
      "HOME": root + "/home", "XDG_CONFIG_HOME": root + "/home/.config", "GIT_CONFIG_GLOBAL": root + "/gitconfig",
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TMPDIR": root,
      "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
    ].merging(more) { $1 }
    try write("home/.keep", "")
    try write(
      "gitconfig",
      """
      [user]
        name = Dev
        email = dev@example.com
      [init]
        defaultBranch = main
      [gc]
        auto = 0
      [receive]
        autogc = false
      [core]
        fsync = none
        logAllRefUpdates = false
      [advice]
        pushUpdateRejected = false
      [protocol "file"]
        allow = always

      """)
    try git(["init", "--quiet", "--bare", "--template=", "--initial-branch", head] + arguments + [host], in: root)
    for hook in hooks { try installHook(hook) }
  }

  deinit {
    // Folders that a test made unreadable have to become readable again before they can go.
    if let walker = FileManager.default.enumerator(atPath: root) {
      for case let path as String in walker where walker.fileAttributes?[.type] as? FileAttributeType == .typeDirectory
      {
        chmod(root + "/" + path, 0o700)
      }
    }
    try? FileManager.default.removeItem(atPath: root)
  }

  /// Copies one of our executables into the host's `hooks`.
  func installHook(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: host + "/hooks", withIntermediateDirectories: true)
    // A hard link is as good as a copy to git, and costs nothing.
    let target = "\(host)/hooks/\(name)"
    unlink(target)
    if link("\(Self.products)/\(name)", target) != 0 {
      // From another file system by a process of its own: what anybody has open for writing cannot be executed.
      try run(["cp", "\(Self.products)/\(name)", target], in: host)
    }
  }

  /// Puts a shell script in the place of one of the host's hooks; `REAL` in it stands for our executable.
  func wrapHook(_ name: String, _ script: String) throws {
    let target = "\(host)/hooks/\(name)"
    unlink(target)
    let text = "#!/bin/sh\n" + script.replacingOccurrences(of: "REAL", with: "\(Self.products)/\(name)")
    // Written by a process of its own: a descriptor of ours could be inherited by another test's child, and a file that
    // anybody has open for writing cannot be executed.
    try run(["/bin/sh", "-c", "cat > \"$0\" && chmod 755 \"$0\"", target], in: host, input: Array(text.utf8))
  }

  /// Runs a program and waits for it.
  @discardableResult
  func run(
    _ command: [String], in folder: String, environment extra: [String: String] = [:], input: [UInt8] = [],
    seconds: Double = 60
  ) throws -> Output {
    try start(command, in: folder, environment: extra, input: input).wait(seconds: seconds)
  }

  /// Starts a program.
  func start(
    _ command: [String], in folder: String, environment extra: [String: String] = [:], input: [UInt8]? = [],
    outputPipe: Int32? = nil
  ) throws -> Running {
    try Running(
      command, in: folder, environment: environment.merging(extra) { $1 }, input: input, outputPipe: outputPipe)
  }

  /// Runs git, which has to succeed, and returns its standard output without the last line end.
  @discardableResult
  func git(_ arguments: [String], in folder: String? = nil, input: [UInt8] = []) throws -> String {
    let output = try run(["git"] + arguments, in: folder ?? host, input: input)
    guard output.status == 0 else {
      throw SceneError("git \(arguments.joined(separator: " ")): \(output.status): \(output.err)")
    }
    return output.out.hasSuffix("\n") ? String(output.out.dropLast()) : output.out
  }

  /// Runs the command line tool.
  @discardableResult
  func mlops(_ arguments: [String], in folder: String, environment extra: [String: String] = [:]) throws -> Output {
    try run(["\(Self.products)/mlops-hook"] + arguments, in: folder, environment: extra)
  }

  /// Runs one of our hooks on the host's repository as git would, without git.
  func hook(
    _ name: String, arguments: [String] = [], input: [UInt8] = [], environment extra: [String: String] = [:]
  ) throws -> Output {
    try run(
      ["\(Self.products)/\(name)"] + arguments, in: host, environment: extra.merging(["GIT_DIR": "."]) { $1 },
      input: input)
  }

  /// Sets a key of the host's git configuration.
  func configure(_ key: String, _ value: String, add: Bool = false) throws {
    try git(["config"] + (add ? ["--add"] : []) + [key, value])
  }

  /// Writes a file below the sandbox's root and returns its full path.
  @discardableResult
  func write(_ path: String, _ text: String) throws -> String {
    let full = root + "/" + path
    try FileManager.default.createDirectory(
      atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: full))
    return full
  }

  /// Makes the host's own policy folder, and names it in the configuration.
  @discardableResult
  func hostPolicy(_ policy: String, approvers: String?) throws -> String {
    try write("host-policy/policy.yaml", policy)
    if let approvers { try write("host-policy/approvers.yaml", approvers) }
    try configure("mlops.policy", root + "/host-policy")
    return root + "/host-policy"
  }

  /// What a ref of the host holds, or nothing.
  func tip(_ ref: String) throws -> String? {
    let output = try run(["git", "rev-parse", "--quiet", "--verify", ref], in: host)
    return output.status == 0 ? output.out.trimmingCharacters(in: .newlines) : nil
  }

  /// The refs of the host that a push may move, with what they hold.
  func refs() throws -> [String: String] {
    var result: [String: String] = [:]
    for line in try git(["for-each-ref", "--format=%(refname) %(objectname)"]).split(separator: "\n") {
      let parts = line.split(separator: " ")
      if parts.count == 2, !parts[0].hasPrefix("refs/mlops/") { result[String(parts[0])] = String(parts[1]) }
    }
    return result
  }

  /// The events in the outbox of a sink, oldest name first, as JSON objects.
  func events(sink: String = "local") throws -> [[String: Any]] {
    try eventFiles(sink: sink).map { file in
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(host)/mlops/outbox/\(sink)/\(file)"))
      guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
        throw SceneError("\(file) is no JSON object")
      }
      return object
    }
  }

  /// The names of the event files of a sink.
  func eventFiles(sink: String = "local") throws -> [String] {
    let folder = "\(host)/mlops/outbox/\(sink)"
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
  }

  /// The records of the host's audit file.
  func audit() throws -> [[String: Any]] {
    guard let data = FileManager.default.contents(atPath: host + "/mlops/audit.jsonl") else { return [] }
    return try data.split(separator: UInt8(ascii: "\n")).map { line in
      guard let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
        throw SceneError("an audit line is no JSON object")
      }
      return object
    }
  }

  /// Waits until something holds, at most some seconds.
  func eventually(within seconds: Double = 10, _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = Date().addingTimeInterval(seconds)
    while Date() < deadline {
      if try condition() { return true }
      usleep(5000)
    }
    return try condition()
  }
}
