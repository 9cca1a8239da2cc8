import Foundation
import TestSizes
import Testing

@testable import ManifestCore

/// The model of git, and the promise about what counts, against the git of this machine.
@Suite struct GitDifferentialTests {
  private static let count = 4_000
  private static let seeds = (1...UInt64(TestSize.of(2, soak: 25)))

  @Test(arguments: seeds) func agreesWithGit(_ seed: UInt64) throws {
    var source = TrickyMessages(seed: seed)
    let messages = (0..<Self.count).map { _ in source.next() } + Tail.all.map { [UInt8]($0.message.utf8) }
    let git = try RealGit()
    defer { git.remove() }
    let byLog = try git.logTrailers(of: messages)
    let byInterpret = try git.interpretedTrailers(of: messages)
    var counted = 0
    var refused = 0
    for (index, message) in messages.enumerated() {
      let text = Comment(rawValue: String(reflecting: String(decoding: message, as: UTF8.self)))
      let parsed = MessageTrailers.parse(message)
      let ours = parsed.values(forKeys: approvalKeys).map(\.value)
      let isRefused = parsed.gitReadsDifferently(forKeys: approvalKeys) != nil
      counted += ours.isEmpty || isRefused ? 0 : 1
      refused += isRefused ? 1 : 0

      let log = GitTrailerReader(message, as: .logFormat).trailers
      #expect(log.map(\.printed) == byLog[index], text)
      if !isRefused { #expect(byLog[index].approvals == ours, text) }
      guard let interpreted = byInterpret[index] else { continue }
      let interpret = GitTrailerReader(message, as: .interpretTrailers).trailers
      #expect(interpret.map(\.printed) == interpreted, text)
      if !isRefused { #expect(interpreted.approvals == ours, text) }
    }
    TestSize.note(
      "trailers: `git interpret-trailers --parse`, `%(trailers)`, seed \(seed)",
      "\(TestSize.shown(messages.count)) messages, \(TestSize.shown(counted)) with approvals that count")
    // The source would prove nothing if it made only messages of one kind.
    #expect(counted > Self.count / 20, "\(counted)")
    #expect(refused > Self.count / 20, "\(refused)")
  }
}

extension Trailer {
  /// The trailer as git prints it.
  fileprivate var printed: [UInt8] { key + [UInt8](": ".utf8) + value }
}

extension [[UInt8]] {
  /// The values of the approvals among printed trailers.
  fileprivate var approvals: [[UInt8]] {
    compactMap { line in
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        String(decoding: line[..<colon], as: UTF8.self).lowercased() == "approved-by"
      else { return nil }
      return [UInt8](line[(colon + 2)...])
    }
  }
}
