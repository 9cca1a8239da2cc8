/// What is fuzzed: one reader of hostile input each, with what must hold of whatever it makes of it.
///
/// The same functions are run by libFuzzer (`make fuzz`) and, over the files of `Tests/Corpus`, by `CorpusTests`.
enum FuzzTarget: String, CaseIterable, Sendable {
  case stdin, thresholds, versions, paths, signatures, trailers, commits, trees, evidence, outbox, audit, manifests,
    policies

  /// Reads one input; throws where a promise is broken.
  func run(_ input: [UInt8]) throws(BrokenPromise) {
    switch self {
    case .stdin: try StdinTarget.run(input)
    case .thresholds: try ThresholdsTarget.run(input)
    case .versions: try VersionsTarget.run(input)
    case .paths: try PathsTarget.run(input)
    case .signatures: try SignaturesTarget.run(input)
    case .trailers: try TrailersTarget.run(input)
    case .commits: try CommitsTarget.run(input)
    case .trees: try TreesTarget.run(input)
    case .evidence: try EvidenceTarget.run(input)
    case .outbox: try OutboxTarget.run(input)
    case .audit: try AuditTarget.run(input)
    case .manifests: try ManifestsTarget.run(input)
    case .policies: try PoliciesTarget.run(input)
    }
  }

  /// Reads one input that lives elsewhere.
  func run(_ input: UnsafeRawBufferPointer) throws(BrokenPromise) { try run([UInt8](input)) }
}
