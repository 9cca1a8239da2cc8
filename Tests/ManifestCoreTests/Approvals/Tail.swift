import Testing

@testable import ManifestCore

/// One message of a table, and what is to be read in it.
struct Tail: Sendable, CustomTestStringConvertible {
  var name: String
  var message: String
  var ours: [String] = []
  var interpret: [String] = []
  var log: [String] = []
  /// The line at which the message is refused as ambiguous, or nil.
  var ambiguousAt: Int?
  /// The lines that only look like approvals.
  var nearMisses: [Int] = []

  var testDescription: String { name }
  var parsed: MessageTrailers { MessageTrailers.parse([UInt8](message.utf8)) }

  /// The approvals that one of git's readings should find.
  func expected(_ reading: GitTrailerReader.Reading) -> [String] { reading == .logFormat ? log : interpret }
}

/// The key that the tables use.
let approvalKeys = ["Approved-by"]

extension Sequence<Trailer> {
  /// The values of the approvals, as text.
  var approvals: [String] { filter { $0.hasKey(in: approvalKeys) }.map { String(decoding: $0.value, as: UTF8.self) } }
}
