import Foundation
import GitObjects
import Glibc
import Testing

@testable import ManifestCore
@testable import Reconciliation

/// What comes out of the operator's copy, with a real git and a real git-lfs.
@Suite("Check-out") struct CheckOutTests {
  private let folder: Folder
  private var source: String { folder.path + "/source" }

  init() throws {
    folder = try Folder()
    try FileManager.default.createDirectory(atPath: folder.path + "/source", withIntermediateDirectories: true)
    try git("init", "--quiet", "-b", "main", ".")
  }

  @discardableResult private func git(_ arguments: String...) throws -> String {
    let process = Process()
    let output = folder.path + "/git.out"
    try "".write(toFile: output, atomically: false, encoding: .utf8)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["git", "-C", source, "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.autocrlf=false"]
      + arguments
    process.standardOutput = FileHandle(forWritingAtPath: output)
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(arguments)")
    return try String(contentsOfFile: output, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func write(_ path: String, _ text: String) throws {
    let full = source + "/" + path
    try FileManager.default.createDirectory(
      atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: full, atomically: false, encoding: .utf8)
  }

  /// Checks out what lies in `v1` at the tip of `main`.
  private func checkOut() throws -> String {
    try git("commit", "--quiet", "-m", "x")
    let clone = try OperatorClone(
      remote: source, folder: folder.path + "/copy", ref: "refs/heads/main", policy: nil, context: .live())
    _ = try clone.fetch(following: nil)
    let tree = try #require(ObjectID(hex: try git("rev-parse", "main:v1").utf8))
    let target = folder.path + "/out"
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    try clone.checkOut(tree, to: target)
    return target
  }

  @Test("attributes in a version's folder change no byte of what was judged") func attributes() throws {
    let texts = [
      ".gitattributes": "* text eol=crlf ident working-tree-encoding=UTF-16\n", "notes.txt": "a\nb $Id$\n",
      "deep/.gitattributes": "* eol=crlf\n", "deep/x": "c\nd\n", ".gitattributes.mlops": "taken\n",
      ".gitattributes.mlops~/x": "taken\n",
    ]
    // As somebody stores it whose own git obeys nothing.
    for (path, text) in texts {
      try write("v1/" + path, text)
      let id = try git("hash-object", "-w", "--no-filters", "v1/" + path)
      try git("update-index", "--add", "--cacheinfo", "100755,\(id),v1/\(path)")
    }
    let target = try checkOut()
    for (path, text) in texts {
      #expect(try String(contentsOfFile: target + "/" + path, encoding: .utf8) == text, "\(path)")
      #expect(access(target + "/" + path, X_OK) == 0, "\(path)")
    }
    #expect(try Disk.files(target).count == texts.count)
  }

  @Test("git-lfs asks the remote for content, not who a version's `.lfsconfig` names") func lfsconfig() throws {
    guard try Served.tool("/usr/bin/git-lfs", "/usr/local/bin/git-lfs") != nil else { return }
    let (socket, port) = try Served.listen()
    defer { close(socket) }
    let weights = "weights\n"
    let digest = try #require(SHA256.hex(Array(weights.utf8)))
    try write("v1/.lfsconfig", "[lfs]\n\turl = http://127.0.0.1:\(port)/stolen\n")
    try write(
      "v1/model.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:\(digest)\nsize \(weights.utf8.count)\n")
    try write(".git/lfs/objects/\(digest.prefix(2))/\(digest.dropFirst(2).prefix(2))/\(digest)", weights)
    try git("add", ".")
    let target = try checkOut()
    #expect(try String(contentsOfFile: target + "/model.bin", encoding: .utf8) == weights)
    var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    #expect(poll(&waiting, 1, 0) == 0, "somebody was asked")
    #expect(try String(contentsOfFile: target + "/.lfsconfig", encoding: .utf8).contains("stolen"))
  }

  @Test("what replaces an object in the copy replaces nothing on the disk") func replaced() throws {
    try write("v1/model.bin", "good\n")
    try write("evil/model.bin", "evil\n")
    try git("add", ".")
    try git("commit", "--quiet", "-m", "first")
    let clone = try OperatorClone(
      remote: source, folder: folder.path + "/copy", ref: "refs/heads/main", policy: nil, context: .live())
    _ = try clone.fetch(following: nil)
    let (good, evil) = (try git("rev-parse", "main:v1/model.bin"), try git("rev-parse", "main:evil/model.bin"))
    try git("--git-dir", folder.path + "/copy", "replace", good, evil)
    try git("--git-dir", folder.path + "/copy", "replace", git("rev-parse", "main:v1"), git("rev-parse", "main:evil"))
    try write("more", "x")
    try git("add", "more")
    let target = try checkOut()
    #expect(try String(contentsOfFile: target + "/model.bin", encoding: .utf8) == "good\n")
  }
}
