import GitObjects
private import Glibc

/// What `git config` says to the gate.
package struct HostSettings {
  /// Where the steps of a push are judged.
  enum Gate: String { case push, ref }
  /// Whether the gate refuses.
  enum Mode: String { case enforce, audit }

  var policyPath: String?
  var gate = Gate.push
  var mode = Mode.enforce
  var baselines: Set<ObjectID> = []
  var source: String?
  var maximumCommits = 100_000
  var maximumRefs = 1000
  var timeout = 30
  var audits = true
  /// The size in bytes from which on a file of the audit log is put aside.
  var auditSize = AuditFiles.usualLimit
  /// Whether a protected ref moves only by a push that the gate accepted: `reference-transaction` sees to it.
  var isStrict = false
  var pusherVariable: String?
  /// The `ssh-keygen` that verifies signatures, by an absolute path.
  var sshKeygen = OpenSSH.usualProgram
  /// The relay that post-receive starts where none runs, by an absolute path.
  var relay: String?
  package var sinks: [Sink] = []
  /// The keys below `mlops.` that nobody reads.
  var unknownKeys: [String] = []

  /// What may stand behind `mlops.`, `sink` with a name and a key behind it.
  static let keys = [
    "policy", "gate", "mode", "baseline", "source", "maxCommits", "maxRefs", "timeout", "audit", "auditSize",
    "pusherEnv", "sshKeygen", "relay", "sink", "strict",
  ]

  /// A setting that cannot be read is no reason to guess: the push is refused with these words.
  package struct Invalid: Error { package var message: String }

  /// The files that `git config` would read for a repository.
  static func files(_ context: HookContext, gitDirectory: String) -> [Configuration.File] {
    var files: [Configuration.File] = []
    if !["1", "true", "yes", "on"].contains(context.variable("GIT_CONFIG_NOSYSTEM") ?? "") {
      files.append(.init(level: .system, path: context.variable("GIT_CONFIG_SYSTEM") ?? "/etc/gitconfig"))
    }
    if let global = context.environment["GIT_CONFIG_GLOBAL"] {
      if !global.isEmpty { files.append(.init(level: .global, path: String(decoding: global, as: UTF8.self))) }
    } else {
      let home = context.variable("HOME")
      if let folder = context.variable("XDG_CONFIG_HOME") ?? home.map({ $0 + "/.config" }) {
        files.append(.init(level: .xdg, path: folder + "/git/config"))
      }
      if let home { files.append(.init(level: .global, path: home + "/.gitconfig")) }
    }
    files.append(.init(level: .repository, path: gitDirectory + "config"))
    return files
  }

  /// Reads the settings.
  static func read(_ configuration: Configuration, gitDirectory: String) throws -> HostSettings {
    var settings = HostSettings()
    for (name, value) in try configuration.entries(matching: "^mlops\\.") {
      let lower = name.lowercased()
      switch lower {
      case "mlops.policy": settings.policyPath = value.isEmpty ? nil : absolute(value, gitDirectory)
      case "mlops.gate": settings.gate = try word(name, value)
      case "mlops.mode": settings.mode = try word(name, value)
      case "mlops.baseline":
        guard let id = ObjectID(hex: value.utf8) else {
          throw Invalid(message: "`mlops.baseline` is `\(Text.cut(value))`, not the full id of a commit")
        }
        settings.baselines.insert(id)
      case "mlops.source": settings.source = value
      case "mlops.maxcommits": settings.maximumCommits = try number(name, value, 1...10_000_000)
      case "mlops.maxrefs": settings.maximumRefs = try number(name, value, 1...100_000)
      case "mlops.timeout": settings.timeout = try number(name, value, 1...3600)
      case "mlops.audit": settings.audits = try bool(name, value)
      case "mlops.auditsize": settings.auditSize = try size(name, value, 1024...(1 << 30))
      case "mlops.strict": settings.isStrict = try bool(name, value)
      case "mlops.pusherenv": settings.pusherVariable = value
      case "mlops.sshkeygen":
        guard value.utf8.first == UInt8(ascii: "/") else {
          throw Invalid(message: "`mlops.sshKeygen` is `\(Text.cut(value))`, not an absolute path")
        }
        settings.sshKeygen = value
      case "mlops.relay":
        guard value.isEmpty || value.utf8.first == UInt8(ascii: "/") else {
          throw Invalid(message: "`mlops.relay` is `\(Text.cut(value))`, not an absolute path")
        }
        settings.relay = value.isEmpty ? nil : value
      default:
        if lower.utf8.starts(with: "mlops.sink.".utf8) {
          try Sink.read(name, value, gitDirectory, into: &settings.sinks)
        } else if !settings.unknownKeys.contains(name) {
          settings.unknownKeys.append(name)
        }
      }
    }
    return settings
  }

  /// A path of the configuration; a relative one is meant from the git directory.
  package static func absolute(_ path: String, _ gitDirectory: String) -> String {
    path.utf8.first == UInt8(ascii: "/") ? path : gitDirectory + path
  }

  private static func word<Word: RawRepresentable>(_ key: String, _ value: String) throws -> Word
  where Word.RawValue == String {
    guard let word = Word(rawValue: value) else {
      throw Invalid(message: "`\(key)` is `\(Text.cut(value))`, which is not one of its values")
    }
    return word
  }

  private static func number(_ key: String, _ value: String, _ range: ClosedRange<Int>) throws -> Int {
    guard let number = Int(value), range.contains(number) else {
      throw Invalid(
        message: "`\(key)` is `\(Text.cut(value))`, not a number between \(range.lowerBound) and \(range.upperBound)")
    }
    return number
  }

  private static func size(_ key: String, _ value: String, _ range: ClosedRange<Int64>) throws -> Int {
    guard let size = try? ByteSize(value), range.contains(size.bytes) else {
      throw Invalid(
        message: "`\(key)` is `\(Text.cut(value))`, not a size from \(range.lowerBound) bytes to 1GiB, as in `64MiB`")
    }
    return Int(size.bytes)
  }

  private static func bool(_ key: String, _ value: String) throws -> Bool {
    switch value.lowercased() {
    case "true", "yes", "on", "1": return true
    case "false", "no", "off", "0", "": return false
    default: throw Invalid(message: "`\(key)` is `\(Text.cut(value))`, not `true` or `false`")
    }
  }

  /// Reads the files of the host's policy; nil where none is configured.
  func hostPolicyFiles() -> HostPolicyFiles? {
    policyPath.map { HostPolicyFiles.read(folder: $0) }
  }
}

extension HostPolicyFiles {
  /// Reads a policy's folder from the file system.
  public static func read(folder: String) -> HostPolicyFiles {
    var files = HostPolicyFiles(path: folder)
    var status = stat()
    guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      files.failure = "the policy's folder cannot be read"
      return files
    }
    for name in [PolicyFiles.policyName, PolicyFiles.approversName] {
      switch SafeFiles.read(folder + "/" + name, maximum: ManifestFile.maximumBytes) {
      case .content(let bytes):
        if name == PolicyFiles.policyName { files.policy = bytes } else { files.approvers = bytes }
      case .notThere: break
      case .failed(let words): files.failure = "`\(name)` cannot be read: \(words)"
      }
    }
    return files
  }
}
