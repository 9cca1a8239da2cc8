import Foundation
import Glibc

/// What a finished program left behind.
struct Output: Sendable {
  /// The exit status, or 128 plus the signal that ended it.
  var status: Int32
  /// What it wrote to standard output.
  var standardOutput: [UInt8]
  /// What it wrote to standard error.
  var standardError: [UInt8]
  /// Standard output as text.
  var out: String { String(decoding: standardOutput, as: UTF8.self) }
  /// Standard error as text.
  var err: String { String(decoding: standardError, as: UTF8.self) }
}

/// Why a test could not set its scene: never the product's fault.
struct SceneError: Error, CustomStringConvertible {
  /// What went wrong.
  var description: String
  /// Creates an error with its text.
  init(_ description: String) { self.description = description }
}

/// A program that runs, started by `posix_spawn` with descriptors that no other test can inherit.
///
/// Output goes to unnamed files, so that a program that says much never waits for us.
final class Running {
  /// The process id.
  let pid: pid_t
  private let outputFile: Int32
  private let errorFile: Int32
  private var inputPipe: Int32
  private var status: Int32?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - input: what it reads; `nil` leaves a pipe open, to be fed by `feed` and ended by `endInput`.
  ///   - outputPipe: a descriptor to use as standard output instead of an unnamed file.
  init(
    _ command: [String], in folder: String, environment: [String: String], input: [UInt8]? = [],
    outputPipe: Int32? = nil, ownGroup: Bool = false
  ) throws {
    outputFile = try Self.unnamedFile()
    errorFile = try Self.unnamedFile()
    var inputEnds: [Int32] = [-1, -1]
    // Between `pipe` and the mark "close on exec" nobody else may start a program, or it would hold our pipe open.
    Self.spawning.lock()
    defer { Self.spawning.unlock() }
    if let input {
      inputEnds[0] = try Self.unnamedFile()
      try Self.writeAll(input, to: inputEnds[0])
      lseek(inputEnds[0], 0, SEEK_SET)
    } else {
      inputEnds = try Self.pipe()
    }
    inputPipe = inputEnds[1]

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, inputEnds[0], 0)
    posix_spawn_file_actions_adddup2(&actions, outputPipe ?? outputFile, 1)
    posix_spawn_file_actions_adddup2(&actions, errorFile, 2)
    guard let addChangeDirectory = Self.addChangeDirectory, addChangeDirectory(&actions, folder) == 0 else {
      throw SceneError("this C library cannot start a program in a folder")
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    var allSignals = sigset_t()
    sigfillset(&allSignals)
    posix_spawnattr_setsigdefault(&attributes, &allSignals)
    var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    if ownGroup { flags |= POSIX_SPAWN_SETPGROUP }
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var arguments = command.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var child: pid_t = 0
    let program = Self.find(command[0], environment["PATH"])
    let result = posix_spawnp(&child, program, &actions, &attributes, &arguments, &variables)
    close(inputEnds[0])
    guard result == 0 else { throw SceneError("cannot start \(command[0]): \(String(cString: strerror(result)))") }
    pid = child
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      var ignored: Int32 = 0
      waitpid(pid, &ignored, 0)
    }
    if inputPipe >= 0 { close(inputPipe) }
    close(outputFile)
    close(errorFile)
  }

  /// Writes to the program's standard input.
  func feed(_ bytes: [UInt8]) throws { try Self.writeAll(bytes, to: inputPipe) }

  /// Closes the program's standard input.
  func endInput() {
    if inputPipe >= 0 { close(inputPipe) }
    inputPipe = -1
  }

  /// Whether the program has ended.
  func hasEnded() -> Bool {
    if status != nil { return true }
    var raw: Int32 = 0
    guard waitpid(pid, &raw, WNOHANG) == pid else { return false }
    status = Self.decode(raw)
    return true
  }

  /// Waits for the end, kills after `seconds`, and returns what was written.
  func wait(seconds: Double = 60) throws -> Output {
    if status == nil {
      endInput()
      let deadline = Date().addingTimeInterval(seconds)
      var pause: UInt32 = 200
      while !hasEnded() {
        if Date() > deadline {
          kill(pid, SIGKILL)
          var raw: Int32 = 0
          waitpid(pid, &raw, 0)
          status = Self.decode(raw)
          throw SceneError("process \(pid) did not end within \(seconds) s: \(try read(errorFile))")
        }
        usleep(pause)
        pause = min(pause * 2, 4000)
      }
    }
    return Output(status: status ?? -1, standardOutput: try read(outputFile), standardError: try read(errorFile))
  }

  /// A program by the path of the environment that it gets, where it is there.
  private static func find(_ name: String, _ path: String?) -> String {
    guard !name.utf8.contains(UInt8(ascii: "/")), let path else { return name }
    return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 } ?? name
  }

  /// A pipe that programs started later do not inherit.
  static func pipe() throws -> [Int32] {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw SceneError("pipe: \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
  }

  /// One program is started at a time.
  static let spawning = NSRecursiveLock()

  /// `posix_spawn_file_actions_addchdir_np`, which Swift's Glibc module does not show.
  private static let addChangeDirectory:
    (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>) -> Int32)? = {
      guard let symbol = dlsym(nil, "posix_spawn_file_actions_addchdir_np") else { return nil }
      return unsafeBitCast(
        symbol,
        to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>) -> Int32).self)
    }()

  private func read(_ file: Int32) throws -> [UInt8] {
    let size = lseek(file, 0, SEEK_END)
    guard size > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = max(0, pread(file, buffer.baseAddress, size, 0))
    }
  }

  private static func decode(_ raw: Int32) -> Int32 { raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f) }

  private static func unnamedFile() throws -> Int32 {
    let path = "\(NSTemporaryDirectory())/mlops-e2e-io-\(UUID().uuidString)"
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw SceneError("\(path): \(errno)") }
    unlink(path)
    return file
  }

  private static func writeAll(_ bytes: [UInt8], to file: Int32) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress.map { $0 + sent }, bytes.count - sent) }
      guard count > 0 else { throw SceneError("write: \(String(cString: strerror(errno)))") }
      sent += count
    }
  }
}
