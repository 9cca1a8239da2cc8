internal import ManifestCore
internal import Networking

/// What a sink's configuration says, read once more and found usable.
struct SinkPlan: Sendable, Equatable {
  /// What is sent to a receiver.
  enum Format: String, Sendable, CaseIterable {
    case cloudevents, argocd, flux
  }

  /// Where events go.
  enum Target: Sendable, Equatable {
    /// An HTTP receiver.
    case receiver(Receiver)
    /// A folder, a command, or both, which need no network.
    case local
  }

  /// An HTTP receiver.
  struct Receiver: Sendable, Equatable {
    var address: WebAddress
    var format: Format
    var secretFile: String?
    var authorities: String?
    var proxy: WebAddress?
    /// The repository's address as the receiver knows it.
    var repositoryURL: String?
  }

  /// Why a sink cannot be served.
  struct Refused: Error, Equatable {
    var message: String
    var fix: String
  }

  /// The configuration that it was read from.
  let sink: Sink
  let target: Target
  /// The repository's git directory, with a slash at its end.
  let gitDirectory: String
  /// The branch that `HEAD` names, without `refs/heads/`.
  let defaultBranch: String

  /// Reads a sink's keys.
  init(_ sink: Sink, gitDirectory: String, defaultBranch: String) throws(Refused) {
    self.sink = sink
    self.gitDirectory = gitDirectory
    self.defaultBranch = defaultBranch
    let isLocal = sink.command != nil || sink.directory != nil
    guard let url = sink.url else {
      guard isLocal else {
        throw Refused(
          message: "the sink `\(sink.name)` says nowhere to go",
          fix: "set `mlops.sink.\(sink.name).url`, `.command` or `.directory`")
      }
      target = .local
      return
    }
    guard !isLocal else {
      throw Refused(
        message: "the sink `\(sink.name)` has both a `url` and a `command` or `directory`",
        fix: "make two sinks of it: each has a queue of its own")
    }
    target = .receiver(try Self.receiver(sink, url, gitDirectory))
  }

  private static func receiver(_ sink: Sink, _ url: String, _ gitDirectory: String) throws(Refused) -> Receiver {
    let isInsecure = try bool(sink, "allowinsecure", "allowInsecure")
    var receiver = Receiver(
      address: try address(sink, "url", url, isInsecure), format: .cloudevents,
      secretFile: sink.others["secretfile"].map { HostSettings.absolute($0, gitDirectory) },
      authorities: sink.others["cafile"].map { HostSettings.absolute($0, gitDirectory) },
      repositoryURL: sink.others["repositoryurl"])
    if let word = sink.others["format"] {
      guard let format = Format(rawValue: word) else {
        throw Refused(
          message: "the sink `\(sink.name)` has the format `\(Text.cut(word))`, which is none",
          fix: "use \(Text.list(Format.allCases.map(\.rawValue), "or"))")
      }
      receiver.format = format
    }
    // The way to a proxy is the host's own network; what goes through it is encrypted all the same.
    if let proxy = sink.others["proxy"] { receiver.proxy = try address(sink, "proxy", proxy, true) }
    switch receiver.format {
    case .cloudevents: break
    case .argocd:
      guard let repository = receiver.repositoryURL else {
        throw Refused(
          message: "the sink `\(sink.name)` does not say which repository Argo CD knows",
          fix: "set `mlops.sink.\(sink.name).repositoryUrl` to the `repoURL` of your applications, without `.git`")
      }
      _ = try address(sink, "repositoryUrl", repository, true)
    case .flux:
      guard receiver.secretFile != nil else {
        throw Refused(
          message: "the sink `\(sink.name)` has no secret, without which Flux's `generic-hmac` takes nothing",
          fix: "write the token of the Receiver's Secret into a file, and set `mlops.sink.\(sink.name).secretFile`")
      }
    }
    return receiver
  }

  private static func address(
    _ sink: Sink, _ key: String, _ text: String, _ isInsecure: Bool
  ) throws(Refused) -> WebAddress {
    do {
      return try WebAddress(text, allowsInsecure: isInsecure)
    } catch {
      throw Refused(message: "`mlops.sink.\(sink.name).\(key)`: \(error.message)", fix: error.fix)
    }
  }

  private static func bool(_ sink: Sink, _ key: String, _ shown: String) throws(Refused) -> Bool {
    switch sink.others[key]?.lowercased() {
    case nil, "false", "no", "off", "0", "": return false
    case "true", "yes", "on", "1": return true
    case let other?:
      throw Refused(
        message: "`mlops.sink.\(sink.name).\(shown)` is `\(Text.cut(other))`", fix: "write `true` or `false`")
    }
  }

  /// What the configuration is, as a digest: another one starts a stopped sink again.
  var fingerprint: String {
    var lines = ["url \(sink.url ?? "")", "command \(sink.command ?? "")", "directory \(sink.directory ?? "")"]
    lines += sink.others.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return SHA256.hex(bytes(lines.joined(separator: "\n"))) ?? ""
  }

  /// The queue on disk.
  var outbox: Outbox { Outbox(gitDirectory: gitDirectory, sink: sink.name) }

  /// What is unusual about it, though it works.
  var warnings: [String] {
    var warnings = sink.unknownKeys.map { "`mlops.sink.\(sink.name).\(Text.cut($0))` is no key that anybody reads" }
    guard case .receiver(let receiver) = target else { return warnings }
    if receiver.secretFile == nil {
      warnings.append("the sink `\(sink.name)` has no `secretFile`: its messages are not signed")
    }
    if !receiver.address.isSecure {
      warnings.append("the sink `\(sink.name)` is not encrypted (`allowInsecure`)")
    }
    return warnings
  }
}
