internal import ManifestCore
internal import YAMLTree

/// An event of the outbox, read again as a receiver will read it.
struct DeliveryEvent: Sendable {
  /// The type of what `mlops-relay test` sends.
  static let testType = "mlops.test.v1"

  /// One manifest that changed.
  struct Change: Sendable, Equatable {
    var environment = ""
    var name = ""
    var path = ""
    var operation = ""
    /// The versions; nil where there is none.
    var from: String?
    var to: String?
    /// Whether the manifest stood before, and stands now.
    var was = false
    var isThere = false
  }

  /// The id, which every attempt has.
  var id: String
  /// The file as it is: CloudEvents' structured form.
  var bytes: [UInt8]
  var ref: String
  var before: String
  var after: String
  var time: String
  var changes: [Change]

  /// Why a file is no event.
  struct Torn: Error { var message: String }

  private static let limits = TextLimits(
    maximumBytes: Outbox.maximumBytes, maximumDepth: 16, maximumNodes: 8_000_000, allowsEscapes: true)

  /// Reads a file of the outbox by its name.
  init(_ bytes: [UInt8], file: String) throws(Torn) {
    let (node, problems) = JSONReader.read(bytes, limits: Self.limits)
    guard let node, problems.isEmpty else {
      throw Torn(message: "it is not whole JSON: \(problems.first?.message ?? "nothing could be read")")
    }
    func text(_ node: Node?, _ key: String) throws(Torn) -> String {
      guard let scalar = node?[key]?.scalar, scalar.style == .doubleQuoted else {
        throw Torn(message: "it has no `\(key)`")
      }
      return scalar.text
    }
    guard try text(node, "specversion") == "1.0" else { throw Torn(message: "its `specversion` is not 1.0") }
    id = try text(node, "id")
    _ = try text(node, "type")
    _ = try text(node, "source")
    let isPlain = id.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || $0 == UInt8(ascii: "-")
    }
    guard isPlain, !id.isEmpty, Array(file.utf8) == Array("\(id).json".utf8) else {
      throw Torn(message: "its `id` is `\(Text.cut(id))`, which its name is not")
    }
    time = try text(node, "time")
    let data = node["data"]
    ref = try text(data, "ref")
    before = try text(data, "before")
    after = try text(data, "after")
    changes = []
    for change in data?["changes"]?.sequence ?? [] {
      changes.append(
        Change(
          environment: try text(change, "environment"), name: try text(change, "name"),
          path: try text(change, "path"), operation: try text(change, "operation"),
          from: change["from"]?["version"]?.scalar?.text, to: change["to"]?["version"]?.scalar?.text,
          was: change["from"] != nil, isThere: change["to"] != nil))
    }
    guard !changes.isEmpty else { throw Torn(message: "it names no change") }
    self.bytes = bytes
  }

  /// A message that asks a receiver whether it is there.
  static func test(source: String, ref: String, now: Int64) -> DeliveryEvent {
    let time = "\(Timestamp(seconds: now))"
    let id = "test-\(now)"
    let json = JSONValue.object([
      ("specversion", .string("1.0")), ("type", .string(testType)), ("id", .string(id)), ("source", .string(source)),
      ("subject", .string(ref)), ("time", .string(time)), ("datacontenttype", .string("application/json")),
      ("data", .object([("message", .string("mlops-relay asks whether this sink can be reached"))])),
    ])
    return DeliveryEvent(
      id: id, bytes: ManifestCore.bytes(json.text + "\n"), ref: ref, before: String(repeating: "0", count: 40),
      after: String(repeating: "0", count: 40), time: time,
      changes: [
        Change(
          environment: "mlops-relay-test", name: "mlops-relay-test", path: "mlops-relay-test", operation: "update",
          was: true, isThere: true)
      ])
  }

  private init(
    id: String, bytes: [UInt8], ref: String, before: String, after: String, time: String, changes: [Change]
  ) {
    self.id = id
    self.bytes = bytes
    self.ref = ref
    self.before = before
    self.after = after
    self.time = time
    self.changes = changes
  }
}
