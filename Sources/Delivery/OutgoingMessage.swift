internal import ManifestCore
internal import Networking

/// An event as one receiver wants it: headers and body.
struct OutgoingMessage: Sendable {
  var headers: [(name: String, value: String)]
  var body: [UInt8]

  /// Writes an event in a receiver's format, signed.
  init(
    _ event: DeliveryEvent, for receiver: SinkPlan.Receiver, defaultBranch: String, secrets: [Secret], now: Int64
  ) throws(SecretFile.Refused) {
    switch receiver.format {
    case .cloudevents:
      body = event.bytes
      headers = [("content-type", "application/cloudevents+json; charset=UTF-8")]
      headers += try StandardWebhook.headers(id: event.id, timestamp: now, body: body, secrets: secrets)
    case .argocd:
      body = bytes(Self.push(event, receiver.repositoryURL ?? "", defaultBranch).text)
      headers = [
        ("content-type", "application/json"), ("x-github-event", "push"), ("x-github-delivery", event.id),
      ]
      if let signature = try Self.signature(body, secrets) { headers.append(("x-hub-signature-256", signature)) }
    case .flux:
      body = bytes(Self.flat(event).text)
      headers = [("content-type", "application/json")]
      if let signature = try Self.signature(body, secrets) { headers.append(("x-signature", signature)) }
    }
    headers.append(("user-agent", "mlops-relay/\(Version.current)"))
  }

  /// These receivers know one signature: the file's first secret makes it.
  private static func signature(_ body: [UInt8], _ secrets: [Secret]) throws(SecretFile.Refused) -> String? {
    guard let secret = secrets.first else { return nil }
    guard let signature = HMACSignature.header(body, secret: secret) else {
      throw SecretFile.Refused(message: "the signature could not be computed", fix: "look for a lack of memory")
    }
    return signature
  }

  /// GitHub's push event, as far as Argo CD reads it.
  private static func push(_ event: DeliveryEvent, _ repositoryURL: String, _ defaultBranch: String) -> JSONValue {
    let paths = ChangedPaths(event.changes)
    func list(_ paths: [String]) -> JSONValue { .array(paths.map { .string($0) }) }
    return .object([
      ("ref", .string(event.ref)), ("before", .string(event.before)), ("after", .string(event.after)),
      (
        "repository",
        .object([("html_url", .string(repositoryURL)), ("default_branch", .string(defaultBranch))])
      ),
      (
        "commits",
        .array([
          .object([
            ("id", .string(event.after)),
            ("message", .string("\(Text.count(event.changes.count, "deployment")) changed")),
            ("timestamp", .string(event.time)), ("added", list(paths.added)), ("removed", list(paths.removed)),
            ("modified", list(paths.modified)),
          ])
        ])
      ),
    ])
  }

  /// A flat object for the filters of a Flux Receiver.
  private static func flat(_ event: DeliveryEvent) -> JSONValue {
    var environments: [String] = []
    for change in event.changes where !environments.contains(change.environment) {
      environments.append(change.environment)
    }
    let models = event.changes.map { change in
      JSONValue.object([
        ("name", .string(change.name)), ("version", .optional(change.to ?? change.from)),
        ("environment", .string(change.environment)), ("action", .string(change.operation)),
      ])
    }
    return .object([
      ("id", .string(event.id)), ("ref", .string(event.ref)), ("before", .string(event.before)),
      ("after", .string(event.after)), ("environments", .array(environments.map { .string($0) })),
      ("models", .array(models)), ("paths", .array(ChangedPaths(event.changes).all.map { .string($0) })),
    ])
  }
}

/// The files that an event's changes are about, each once.
struct ChangedPaths: Equatable {
  var added: [String] = []
  var modified: [String] = []
  var removed: [String] = []
  var all: [String] = []

  /// A file may hold a deployment and its routing: it is new, or gone, where both are.
  init(_ changes: [DeliveryEvent.Change]) {
    var states: [String: (was: Bool, isThere: Bool)] = [:]
    for change in changes {
      if let state = states[change.path] {
        states[change.path] = (state.was || change.was, state.isThere || change.isThere)
      } else {
        all.append(change.path)
        states[change.path] = (change.was, change.isThere)
      }
    }
    for path in all {
      switch states[path] {
      case (false, true)?: added.append(path)
      case (true, false)?: removed.append(path)
      // A list that names nothing makes Argo CD refresh every application; what is there has changed.
      default: modified.append(path)
      }
    }
  }
}
