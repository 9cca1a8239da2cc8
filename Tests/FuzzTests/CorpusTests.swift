import Foundation
import Testing

/// Every input that libFuzzer was begun with, and every one that ever broke something, once more.
///
/// One after the other: the target of the audit log writes one file.
@Suite(.serialized) struct CorpusTests {
  /// The inputs of a target, by name.
  private static func inputs(of target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Corpus").appendingPathComponent(target.rawValue)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try names.map { ($0, [UInt8](try Data(contentsOf: folder.appendingPathComponent($0)))) }
  }

  @Test(arguments: FuzzTarget.allCases)
  func keepsItsPromises(_ target: FuzzTarget) throws {
    let inputs = try Self.inputs(of: target)
    #expect(inputs.count >= 10, "only \(inputs.count) inputs are kept for \(target)")
    for (name, bytes) in inputs {
      do { try target.run(bytes) } catch { Issue.record("\(target)/\(name): \(error)") }
    }
  }

  /// A prefix of what is good is what a torn file holds, and a changed byte what a bad disk gives.
  @Test(arguments: FuzzTarget.allCases)
  func keepsThemNearby(_ target: FuzzTarget) throws {
    var tried = 0
    for (name, bytes) in try Self.inputs(of: target).prefix(8) where !bytes.isEmpty {
      for index in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 24)) {
        var changed = bytes
        changed[index] ^= UInt8(truncatingIfNeeded: 1 << (index % 8))
        for input in [Array(bytes[..<index]), changed] {
          tried += 1
          do { try target.run(input) } catch { Issue.record("\(target)/\(name) at \(index): \(error)") }
        }
      }
    }
    #expect(tried > 50, "only \(tried) inputs were tried for \(target)")
  }

  /// libFuzzer reads no dictionary with anything but printable ASCII, and does nothing at all with one that it can't read.
  @Test(arguments: FuzzTarget.allCases)
  func dictionaries(_ target: FuzzTarget) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Dictionaries")
    let text = try String(contentsOf: folder.appendingPathComponent("\(target.rawValue).dict"), encoding: .utf8)
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.count > 2 && line.first == "\"" && line.last == "\"", "\(target): \(line)")
      #expect(line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "\(target): \(line)")
    }
  }

  /// What checks would otherwise pass everything unnoticed.
  @Test func aBrokenPromiseIsNoticed() {
    #expect(throws: BrokenPromise.self) { try promise(false, "it holds") }
    #expect(throws: BrokenPromise.self) { try Shown.harmless("\u{202E}") }
    #expect(throws: BrokenPromise.self) {
      var places = TextPlaces(Array("a\nb".utf8))
      try places.check(.init(line: 1, column: 3, offset: 2))
    }
  }
}
