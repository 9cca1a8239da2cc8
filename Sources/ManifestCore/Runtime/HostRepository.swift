import GitObjects

/// A repository that hosts, with what its configuration says.
package struct HostRepository {
  package let repository: Repository
  package let settings: HostSettings
  private let lazyPusher: LazyPusher
  let now: Int64
  /// The value of `GIT_NAMESPACE`, where it is set.
  let namespace: String?

  /// Opens the same repository once more, for another thread.
  let reopen: @Sendable () throws -> Repository

  /// Opens the repository that git's environment names.
  static func open(_ context: HookContext) throws -> HostRepository {
    let alternates = context.environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"]
    let open: @Sendable () throws -> Repository = { try Repository.openFromEnvironment(alternates: alternates) }
    return try make(try open(), context, open)
  }

  /// Opens a repository by its path.
  package static func open(at path: String, _ context: HookContext) throws -> HostRepository {
    let open: @Sendable () throws -> Repository = { try Repository.open(at: path, search: true) }
    return try make(try open(), context, open)
  }

  private static func make(
    _ repository: Repository, _ context: HookContext, _ reopen: @escaping @Sendable () throws -> Repository
  ) throws -> HostRepository {
    let configuration = try Configuration(files: HostSettings.files(context, gitDirectory: repository.gitDirectory))
    let settings = try HostSettings.read(configuration, gitDirectory: repository.gitDirectory)
    return HostRepository(
      repository: repository, settings: settings,
      lazyPusher: LazyPusher(context, pusherVariable: settings.pusherVariable),
      now: context.now, namespace: context.variable("GIT_NAMESPACE"), reopen: reopen)
  }

  /// Who pushes.
  ///
  /// Found out when first asked: looking up the operating system's user is a good part of a small hook's time.
  var pusher: Pusher { lazyPusher.value }

  /// Where decisions and moves are recorded.
  var auditLog: AuditLog { AuditLog(gitDirectory: repository.gitDirectory, limit: settings.auditSize) }

  /// The repository's address in triggers.
  package var source: String {
    if let source = settings.source { return source }
    let path =
      repository.gitDirectory.utf8.last == UInt8(ascii: "/")
      ? String(repository.gitDirectory.dropLast()) : repository.gitDirectory
    return "file://" + URIPath.encode(path)
  }

  /// The verdict where a repository or its configuration cannot be used.
  static func verdict(of error: any Error) -> Verdict {
    switch error {
    case let error as GitError:
      switch error.code {
      case .unsupportedFormat:
        return HookProgram.refusal(
          "the repository has a format that the gate cannot read (\(error.message)): SHA-256 and reftable repositories are not supported yet",
          fix: "ask the host's administrator for a repository in git's default format")
      case .owner:
        return HookProgram.refusal(
          "the repository belongs to another user than the one the hook runs as, so git's rules forbid to read it",
          fix: "push by the account that owns it, or ask the host's administrator to mend the owner")
      default:
        return HookProgram.refusal("the repository cannot be opened: \(error.description)")
      }
    case let error as HostSettings.Invalid:
      return HookProgram.refusal(error.message, fix: "ask the host's administrator to mend git's configuration")
    default:
      return Verdict(findings: [HostFinding.of(error, ref: nil, limit: 0)])
    }
  }
}

/// Percent-encoding of a path, RFC 3986.
enum URIPath {
  static func encode(_ path: String) -> String {
    var encoded = ""
    for byte in path.utf8 {
      let isPlain =
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte)
        || "-._~/".utf8.contains(byte)
      if isPlain {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let hex = String(byte, radix: 16, uppercase: true)
        encoded += "%" + (hex.utf8.count == 1 ? "0" : "") + hex
      }
    }
    return encoded
  }
}

/// Who pushes, found out when first asked.
private final class LazyPusher {
  private let context: HookContext
  private let pusherVariable: String?
  private(set) lazy var value = PusherReader.read(context, pusherVariable: pusherVariable)

  init(_ context: HookContext, pusherVariable: String?) {
    self.context = context
    self.pusherVariable = pusherVariable
  }
}
