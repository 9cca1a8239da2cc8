import Foundation
import Glibc
import Testing

@testable import Networking
@testable import Reconciliation

/// A server that somebody else wrote, started for a test and ended by its process id.
final class Served {
  private let process = Process()
  private let log: String

  /// Starts a program; what it writes goes to a file.
  init(_ command: [String], environment: [String: String] = [:], in folder: String) throws {
    log = folder + "/server-\(UUID().uuidString).log"
    FileManager.default.createFile(atPath: log, contents: nil)
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    let output = FileHandle(forWritingAtPath: log)
    process.standardOutput = output
    process.standardError = output
    try process.run()
  }

  deinit { end() }

  /// What it wrote.
  var words: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

  /// Ends it at once, as a crash does.
  func end() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Ends it and what it has started, as an operator does.
  func stop() {
    process.terminate()
    for _ in 0..<200 where process.isRunning { usleep(50_000) }
    end()
  }

  /// Waits until an address answers with 200.
  func answers(_ url: String) async throws {
    for _ in 0..<600 {
      if let answer = try? await WebClient(url, allowsInsecure: true).ask("GET"), answer.status == 200 { return }
      guard process.isRunning else { break }
      try await Task.sleep(for: .seconds(0.05))
    }
    Issue.record("\(url) does not answer: \(words.suffix(4000))")
  }

  /// Ports of this machine that nobody uses.
  static func ports(_ count: Int) throws -> [Int] {
    var held: [Int32] = []
    defer { held.forEach { close($0) } }
    return try (0..<count).map { _ in
      let (socket, port) = try listen()
      held.append(socket)
      return port
    }
  }

  /// A socket that listens to this machine, with its port.
  static func listen() throws -> (socket: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && Glibc.listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    try #require(isBound && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0)
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  /// Where a tool is that `scripts/test-tools.sh` installs; nil, with a loud line, where it is not, but never in CI.
  static func tool(_ candidates: String...) throws -> String? {
    let root = URL(fileURLWithPath: #filePath + "/../../..").standardized.path
    let paths = candidates.map { $0.hasPrefix("/") ? $0 : "\(root)/.build/tools/\($0)" }
    if let found = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) { return found }
    let words = "SKIPPED: \(candidates[0]) is not installed; `scripts/test-tools.sh` does it"
    try #require(ProcessInfo.processInfo.environment["CI"] != "true", "\(words)")
    FileHandle.standardError.write(Data((words + "\n").utf8))
    return nil
  }
}
