import Foundation

/// `Tests/Receivers/receiver.py`, which behaves as the path of a request says.
final class Receiver {
  /// One message that came.
  struct Message {
    var time: Double
    var path: String
    var headers: [String: String]
    var body: [UInt8]
    /// The body as a JSON object.
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(body))).flatMap { $0 as? [String: Any] } ?? [:]
    }
    /// The event's id, whatever the format.
    var id: String {
      headers["webhook-id"] ?? headers["x-github-delivery"] ?? json["id"] as? String ?? ""
    }
  }

  let folder: String
  let port: Int
  let isSecure: Bool
  private let process: Running

  /// The package's folder of receivers.
  static let scripts: String = {
    var path = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { path.deleteLastPathComponent() }
    return path.path + "/Receivers"
  }()

  init(_ sandbox: GitSandbox, certificateFor name: String?) throws {
    folder = sandbox.root + "/receiver"
    isSecure = name != nil
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var command = ["python3", Self.scripts + "/receiver.py", folder]
    if let name {
      try sandbox.run(
        [
          "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
          folder + "/key.pem", "-out", folder + "/certificate.pem", "-days", "2", "-subj", "/CN=test", "-addext",
          "subjectAltName=" + name,
        ], in: folder)
      command += [folder + "/certificate.pem", folder + "/key.pem"]
    }
    process = try sandbox.start(command, in: folder)
    let portFile = folder + "/port"
    guard sandbox.eventually(within: 20, { FileManager.default.fileExists(atPath: portFile) }),
      let port = Int(try String(contentsOfFile: portFile, encoding: .utf8))
    else { throw SceneError("the receiver does not start: \(try process.wait(seconds: 1).err)") }
    self.port = port
  }

  deinit { kill(process.pid, SIGKILL) }

  /// What came, in order.
  func messages(_ path: String? = nil) throws -> [Message] {
    guard let data = FileManager.default.contents(atPath: folder + "/received.jsonl") else { return [] }
    // A line that is being written has no end yet.
    let whole = data.prefix(through: (data.lastIndex(of: UInt8(ascii: "\n")) ?? data.startIndex - 1))
    return try whole.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else { return nil }
      let body = (object["body"] as? String).flatMap { Data(base64Encoded: $0) } ?? Data()
      return Message(
        time: object["time"] as? Double ?? 0, path: object["path"] as? String ?? "",
        headers: object["headers"] as? [String: String] ?? [:], body: Array(body))
    }.filter { path == nil || $0.path == path }
  }
}
