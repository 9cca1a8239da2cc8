import Foundation

@testable import GitObjects

/// A repository of its own, without the machine's configuration, for the git of this machine and for ours.
struct RealTrees {
  /// The repository's folder.
  let folder: URL
  /// What ours reads it with.
  let store: ObjectStore

  /// What went wrong in git.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Creates an empty repository, to which `store` adds objects in memory.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("trees-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = try Self.run(["init", "-q", "--bare", "."], in: folder)
    let repository = try Repository.open(at: folder.path, search: false)
    store = ObjectStore(repository: repository, budget: Budget(seconds: nil))
  }

  /// Removes the repository.
  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Runs git in the repository.
  func git(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    try Self.run(arguments, in: folder, input: input)
  }

  /// Stores bytes as a tree as they are, sound or not, and gives their id.
  func literalTree(_ bytes: [UInt8]) throws -> ObjectID {
    let printed = try git(["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], input: bytes)
    guard let id = ObjectID(hex: printed.prefix(40)) else { throw Failure(description: "no id") }
    return id
  }

  private static func run(_ arguments: [String], in folder: URL, input: [UInt8] = []) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
      "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
    ]
    // Files instead of pipes: neither side can wait for the other.
    let source = folder.appendingPathComponent("stdin-\(UUID().uuidString)")
    let target = folder.appendingPathComponent("stdout-\(UUID().uuidString)")
    defer { for file in [source, target] { try? FileManager.default.removeItem(at: file) } }
    try Data(input).write(to: source)
    try Data().write(to: target)
    process.standardInput = try FileHandle(forReadingFrom: source)
    process.standardOutput = try FileHandle(forWritingTo: target)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: "git \(arguments.prefix(2)) ended with \(process.terminationStatus)")
    }
    return [UInt8](try Data(contentsOf: target))
  }
}

/// One entry of a tree to be made, sound or not.
struct Entry: Equatable {
  var mode = "100644"
  var name: String
  var id: UInt8 = 1

  /// The entry as it stands in a tree.
  var bytes: [UInt8] { Array(mode.utf8) + [0x20] + Array(name.utf8) + [0] + [UInt8](repeating: id, count: 20) }
}

/// The entries as a tree.
func treeBytes(_ entries: [Entry]) -> [UInt8] { entries.flatMap(\.bytes) }
