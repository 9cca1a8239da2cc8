internal import CRuntime
private import Glibc

/// A program that is run to its end: by an absolute path, without a shell, with an environment of its own.
package struct ChildProgram {
  /// What a program that ended has left.
  package struct Result {
    /// The exit status; 128 and more: a signal ended it.
    package var status: Int32
    package var output: [UInt8]
    package var errors: [UInt8]

    /// Whether it wrote more than is kept.
    var isCut: Bool { output.count >= ChildProgram.limit }

    /// Whether it ended with 0.
    package var isSuccess: Bool { status == 0 }

    /// The line of its errors that says what is wrong, for a message: git's first such word, or the last line.
    ///
    /// Behind that word git explains itself for lines.
    package var complaint: String {
      let lines = errors.split(separator: 10).map { $0.drop { $0 == 0x20 } }.filter { !$0.isEmpty }
      for word in ["fatal: ", "error: "].map(bytes) {
        guard let line = lines.first(where: { $0.starts(with: word) }) else { continue }
        return Text.show(line.dropFirst(word.count).prefix { $0 != 13 })
      }
      return lines.last.map { line in Text.show(line.prefix { $0 != 13 }) } ?? "it ended with \(status)"
    }
  }

  /// Why a program could not be run.
  package struct Failure: Error { package var message: String }

  /// The program's path and its arguments.
  var command: [String]
  var environment: [String: [UInt8]] = [:]
  /// The folder that it runs in.
  var folder: String?
  /// How long it may take, in seconds.
  var seconds: UInt32 = 600
  /// Whether its errors go to our own standard error, for what talks to the user itself.
  var showsErrors = false
  /// What it finds at `/dev/fd/3`.
  var attachment: [UInt8]?

  /// The most bytes that are kept of each output.
  static let limit = 64 << 20

  /// A program.
  package init(
    command: [String], environment: [String: [UInt8]] = [:], folder: String? = nil, seconds: UInt32 = 600,
    showsErrors: Bool = false, attachment: [UInt8]? = nil
  ) {
    self.command = command
    self.environment = environment
    self.folder = folder
    self.seconds = seconds
    self.showsErrors = showsErrors
    self.attachment = attachment
  }

  /// Runs the program with some bytes on its standard input.
  package func run(_ input: [UInt8] = []) throws(Failure) -> Result {
    var words = command.map { strdup($0) } + [nil]
    var variables = environment.sorted { $0.key < $1.key }.map { pair in
      (bytes(pair.key) + [UInt8(ascii: "=")] + pair.value + [0]).withUnsafeBufferPointer { text in
        text.withMemoryRebound(to: CChar.self) { $0.baseAddress.flatMap { strdup($0) } }
      }
    }
    variables.append(nil)
    let place = folder.flatMap { strdup($0) }
    defer {
      (words + variables).forEach { free($0) }
      free(place)
    }
    var child = mlops_child()
    child.folder = UnsafePointer(place)
    child.seconds = seconds
    child.limit = UInt(Self.limit)
    child.shows_errors = showsErrors ? 1 : 0
    let status = words.withUnsafeMutableBufferPointer { words in
      variables.withUnsafeMutableBufferPointer { variables in
        input.withUnsafeBytes { input in
          (attachment ?? []).withUnsafeBytes { attached in
            Self.withConstant(words) { child.arguments = $0 }
            Self.withConstant(variables) { child.environment = $0 }
            child.input = input.baseAddress
            child.input_size = UInt(input.count)
            if attachment != nil {
              // An empty attachment is one all the same.
              child.attachment = attached.baseAddress ?? UnsafeRawPointer(place ?? words[0])
              child.attachment_size = UInt(attached.count)
            }
            return mlops_run_program(&child)
          }
        }
      }
    }
    let reason = errno
    defer {
      free(child.output)
      free(child.errors)
    }
    guard status >= 0 else {
      let words = reason == ETIMEDOUT ? "it took more than \(seconds) s" : String(cString: strerror(reason))
      throw Failure(message: "`\(Text.cut(command.first ?? ""))` could not be run: \(words)")
    }
    return Result(
      status: status, output: [UInt8](UnsafeRawBufferPointer(start: child.output, count: Int(child.output_size))),
      errors: [UInt8](UnsafeRawBufferPointer(start: child.errors, count: Int(child.errors_size))))
  }

  /// Hands over an array of C strings as C's `const char *const *`.
  private static func withConstant(
    _ strings: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>,
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Void
  ) {
    guard let start = strings.baseAddress else { return body(nil) }
    start.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: strings.count) { body(UnsafePointer($0)) }
  }
}
