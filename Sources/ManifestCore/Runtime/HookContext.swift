internal import CRuntime
private import Glibc

/// Everything ambient that a program needs: environment, clock, standard streams.
///
/// The only door to them.
public struct HookContext: Sendable {
  /// The environment.
  public var environment: [String: [UInt8]]
  /// The arguments, without the program's name.
  public var arguments: [[UInt8]]
  /// The clock, in seconds since 1970.
  public var now: Int64

  /// Creates a context.
  public init(environment: [String: [UInt8]], arguments: [[UInt8]], now: Int64) {
    self.environment = environment
    self.arguments = arguments
    self.now = now
  }

  /// The process's own.
  public static func live() -> HookContext {
    var environment: [String: [UInt8]] = [:]
    var cursor = environ
    while let entry = cursor.pointee {
      let text = UnsafeRawBufferPointer(start: entry, count: strlen(entry))
      if let equals = text.firstIndex(of: UInt8(ascii: "=")) {
        environment[String(decoding: text[..<equals], as: UTF8.self)] = Array(text[(equals + 1)...])
      }
      cursor += 1
    }
    let arguments = CommandLine.arguments.dropFirst().map { Array($0.utf8) }
    return HookContext(environment: environment, arguments: arguments, now: Int64(time(nil)))
  }

  /// A variable of the environment as text; nil where it is not set, or is empty.
  public func variable(_ name: String) -> String? {
    guard let value = environment[name], !value.isEmpty else { return nil }
    return String(decoding: value, as: UTF8.self)
  }
}

/// Input and output of a process, byte by byte.
public enum StandardStreams {
  /// Reads standard input to its end; nil where it is longer than `maximum` or cannot be read.
  public static func readInput(maximum: Int) -> [UInt8]? {
    var input: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(0, &buffer, buffer.count)
      if count == 0 { return input }
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      input += buffer[..<count]
      if input.count > maximum { return nil }
    }
  }

  /// One of the streams that are written to.
  public enum Stream: Int32, Sendable {
    /// Standard output.
    case output = 1
    /// Standard error.
    case errors = 2
  }

  /// Whether somebody looks at a stream on a terminal.
  public static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

  /// Writes a text to standard error; what cannot be written is dropped.
  public static func writeError(_ text: String) { write(text, to: 2) }

  /// Writes a text to standard output.
  public static func writeOutput(_ text: String) { write(text, to: 1) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Asks a yes-or-no question on the terminal; where there is none, nobody has to be asked.
  public static func confirm(_ question: String) -> Bool {
    guard isatty(0) == 1, isatty(1) == 1 else { return true }
    writeOutput(question)
    var answer = [UInt8](repeating: 0, count: 256)
    let count = read(0, &answer, answer.count)
    let words = answer.prefix(max(count, 0)).filter { $0 > 0x20 }.map(ASCII.lowercased)
    return words == bytes("y") || words == bytes("yes")
  }

  /// Ends the process.
  public static func exit(_ status: Int32) -> Never {
    Glibc._exit(status)
  }
}
