import GitObjects

/// What is proposed, and what each proposal waits for: the part of the status that is not deployed yet.
struct StatusProposals {
  /// Lines for a reader, behind what is deployed; empty where nothing is proposed.
  var lines: [String] = []
  /// The value of the key `proposals`; nil leaves the key out.
  var json: JSONValue?

  /// Finds what is proposed in the repository whose line was read.
  static func read(_ line: PastLine, _ context: JudgeContext) throws -> StatusProposals { StatusProposals() }
}
