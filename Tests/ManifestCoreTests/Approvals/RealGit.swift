import Foundation

/// A repository of its own for the git of this machine, without the machine's configuration.
struct RealGit {
  private let folder: URL

  /// What went wrong in git.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Creates an empty repository.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("trailers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = try run(["init", "-q", "--bare", "."])
  }

  /// Removes the repository.
  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// What `%(trailers)` prints for commits with these messages, line by line.
  func logTrailers(of messages: [[UInt8]]) throws -> [[[UInt8]]] {
    var stream = Data()
    for (index, message) in messages.enumerated() {
      let head = "commit refs/heads/m\ncommitter m\(index) <m@x> 0 +0000\ndata \(message.count)\n"
      stream += Data(head.utf8) + Data(message) + Data("\n".utf8)
    }
    _ = try run(["fast-import", "--quiet"], input: stream)
    let format = "--format=%x00%(trailers:only=true,unfold=true)"
    let printed = try run(["log", "--reverse", format, "refs/heads/m"])
    let found = printed.split(separator: 0, omittingEmptySubsequences: false).dropFirst().map(Self.lines)
    guard found.count == messages.count else { throw Failure(description: "\(found.count) commits in the log") }
    return found
  }

  /// What `git interpret-trailers --parse` prints, line by line; nil where git 2.39 would never end.
  func interpretedTrailers(of messages: [[UInt8]]) throws -> [[[UInt8]]?] {
    let mark = "Zz-end: mark"
    try Data("s\n\n\(mark)\n".utf8).write(to: folder.appendingPathComponent("mark"))
    var files: [String] = []
    let ends = messages.map { !Self.neverEnds($0) }
    for (index, message) in messages.enumerated() where ends[index] {
      try Data(message).write(to: folder.appendingPathComponent("\(index)"))
      files += ["\(index)", "mark"]
    }
    var found: [[[UInt8]]] = [[]]
    for line in Self.lines(try run(["interpret-trailers", "--parse"] + files)) {
      if line == [UInt8](mark.utf8) { found.append([]) } else { found[found.count - 1].append(line) }
    }
    guard found.count == ends.count(where: { $0 }) + 1 else { throw Failure(description: "\(found.count) outputs") }
    var next = found.makeIterator()
    return ends.map { $0 ? next.next() : nil }
  }

  /// Tells whether scissors follow a divider, which git 2.39 can't read.
  private static func neverEnds(_ message: [UInt8]) -> Bool {
    let text = Data(message)
    guard let scissors = text.range(of: Data("# ------------------------ >8 ------------------------\n".utf8)) else {
      return false
    }
    return ["---\n", "--- ", "---\r"].contains { divider in
      text.range(of: Data(divider.utf8), in: 0..<scissors.lowerBound) != nil
    }
  }

  private static func lines(_ bytes: some Collection<UInt8>) -> [[UInt8]] {
    bytes.split(separator: 0x0A).map { [UInt8]($0) }
  }

  /// Runs git in the repository.
  private func run(_ arguments: [String], input: Data = Data()) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
    ]
    // Files instead of pipes: neither side can wait for the other.
    let source = folder.appendingPathComponent("stdin")
    let target = folder.appendingPathComponent("stdout")
    try input.write(to: source)
    try Data().write(to: target)
    process.standardInput = try FileHandle(forReadingFrom: source)
    process.standardOutput = try FileHandle(forWritingTo: target)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "git \(arguments.prefix(2)) ended with \(process.terminationStatus)")
    }
    return [UInt8](try Data(contentsOf: target))
  }
}
