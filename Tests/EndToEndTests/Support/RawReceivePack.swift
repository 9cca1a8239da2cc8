import Foundation
import Glibc

/// A client that speaks to `git receive-pack` itself, and so can say what `git push` never would.
struct RawReceivePack {
  /// One command, byte for byte.
  struct Command {
    /// The old value that the client claims.
    var old: String
    /// The new value.
    var new: String
    /// The ref's name: any bytes.
    var ref: [UInt8]

    /// Creates a command.
    init(_ old: String, _ new: String, _ ref: String) { self.init(old, new, bytes: Array(ref.utf8)) }

    /// Creates a command for a name that is no text.
    init(_ old: String, _ new: String, bytes ref: [UInt8]) {
      self.old = old
      self.new = new
      self.ref = ref
    }
  }

  /// No object.
  static let zero = String(repeating: "0", count: 40)

  /// The clone whose objects are sent.
  let clone: Clone
  private var sandbox: GitSandbox { clone.sandbox }

  /// Creates a client for a clone.
  init(_ clone: Clone) { self.clone = clone }

  /// Sends commands with a pack of everything that `revisions` reach, and reads the answer.
  ///
  /// - Parameter certificate: a push certificate, which says the same commands, to send in their place.
  func push(
    _ commands: [Command], pack revisions: [String] = [], options: [String] = [], certificate: [UInt8]? = nil,
    environment: [String: String] = [:]
  ) throws -> PushResult {
    let before = try sandbox.refs()
    let input = try request(commands, pack: revisions, options: options, certificate: certificate)
    let output = try sandbox.run(
      ["git", "receive-pack", sandbox.host], in: sandbox.root, environment: environment, input: input)
    let (report, status) = Self.demultiplex(output.standardOutput)
    let good = output.status == 0 && !status.contains("ng ") && status.contains("unpack ok")
    return PushResult(
      status: good ? 0 : 1, report: report,
      transcript: report.text + "\n" + status + output.err, moved: Clone.moved(from: before, to: try sandbox.refs()))
  }

  /// Sends commands and a pack, then goes away without reading a verdict while pre-receive still works.
  ///
  /// - Parameter ready: tells when pre-receive has begun; the client vanishes then.
  func pushAndVanish(_ commands: [Command], pack revisions: [String], whenReady ready: () -> Bool) throws {
    Running.spawning.lock()
    let ends = try Running.pipe()
    Running.spawning.unlock()
    let server = try sandbox.start(
      ["git", "receive-pack", sandbox.host], in: sandbox.root, input: try request(commands, pack: revisions),
      outputPipe: ends[1])
    close(ends[1])
    // The advertisement is short: it fits into the pipe, so nobody waits for us to read it.
    _ = sandbox.eventually { ready() }
    close(ends[0])
    _ = try server.wait()
  }

  private func request(
    _ commands: [Command], pack revisions: [String], options: [String] = [], certificate: [UInt8]? = nil
  ) throws -> [UInt8] {
    var input: [UInt8] = []
    let wishes = [0] + Array(" report-status side-band-64k\(options.isEmpty ? "" : " push-options")".utf8)
    if let certificate {
      input += Self.packet(Array("push-cert".utf8) + wishes)
      let newline = UInt8(ascii: "\n")
      for line in certificate.split(separator: newline, omittingEmptySubsequences: false).dropLast() {
        input += Self.packet(line + [newline])
      }
      input += Self.packet(Array("push-cert-end\n".utf8))
    } else {
      for (index, command) in commands.enumerated() {
        let line = Array("\(command.old) \(command.new) ".utf8) + command.ref
        input += Self.packet(index == 0 ? line + wishes : line)
      }
    }
    input += Array("0000".utf8)
    if !options.isEmpty {
      for option in options { input += Self.packet(Array(option.utf8)) }
      input += Array("0000".utf8)
    }
    if commands.contains(where: { $0.new != Self.zero }) {
      let list = Array((revisions.joined(separator: "\n") + "\n").utf8)
      input += try sandbox.run(
        ["git", "pack-objects", "--revs", "--stdout", "-q"], in: clone.path, input: list
      ).standardOutput
    }
    return input
  }

  private static func packet(_ bytes: [UInt8]) -> [UInt8] {
    let length = String(bytes.count + 4, radix: 16)
    return Array((String(repeating: "0", count: 4 - length.count) + length).utf8) + bytes
  }

  /// Takes the advertisement off, then sorts the bands: 1 is the status report, 2 what the hooks wrote.
  private static func demultiplex(_ bytes: [UInt8]) -> (Report, String) {
    var rest = bytes[...]
    var remote: [UInt8] = []
    var status: [UInt8] = []
    var advertised = false
    while rest.count >= 4, let length = Int(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) {
      guard length >= 4 else {
        rest = rest.dropFirst(4)
        advertised = true
        continue
      }
      let body = rest.dropFirst(4).prefix(length - 4)
      rest = rest.dropFirst(length)
      guard advertised, let band = body.first else { continue }
      if band == 2 { remote += body.dropFirst() } else { status += body.dropFirst() }
    }
    let lines = String(decoding: remote, as: UTF8.self).split(separator: "\n").map(String.init)
    return (Report(lines: lines), String(decoding: status, as: UTF8.self))
  }
}
