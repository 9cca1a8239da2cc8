import Foundation
import Testing

/// For random pushes, `mlops-hook check` and the server give the same verdict and the same problems.
///
/// `MLOPS_SEED` repeats a run, `MLOPS_PUSHES` makes it longer; `MLOPS_PROPERTY_LOG` names a folder for one line a push.
@Suite("Random pushes") struct PropertyTests {
  private static let variables = ProcessInfo.processInfo.environment
  static let seed = variables["MLOPS_SEED"].flatMap(UInt64.init) ?? 20_231_114
  static let pushes = variables["MLOPS_PUSHES"].flatMap(Int.init) ?? 150
  static let chainLength = 30

  /// The seeds of the chains, so that one can be run alone: `MLOPS_CHAIN`.
  static let chains: [UInt64] =
    variables["MLOPS_CHAIN"].flatMap(UInt64.init).map { [$0] }
    ?? (0..<max(1, (pushes + chainLength - 1) / chainLength)).map { seed &* 1_000_003 &+ UInt64($0) }

  @Test("check and the server agree, and each accepted push leaves its event", arguments: chains)
  func agreement(_ chainSeed: UInt64) throws {
    let chain = try Chain(seed: chainSeed)
    do {
      try chain.run(Self.chainLength)
    } catch {
      chain.failures.append("the chain broke: \(error)\n  \(chain.labels)")
    }
    if let folder = Self.variables["MLOPS_PROPERTY_LOG"] {
      let counts = chain.tally.checks.sorted { $0.key < $1.key }.map { "CHECK \($0.key) \($0.value)" }
      let sums =
        "SUM pushes \(chain.tally.pushes) accepted \(chain.tally.accepted) "
        + "wildAccepted \(chain.tally.wildAccepted) goodRefused \(chain.tally.goodRefused) failures \(chain.failures.count)"
      let text = (chain.log + counts + [sums] + chain.failures.map { "FAILURE \($0)" }).joined(separator: "\n") + "\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(chainSeed).log"))
    }
    #expect(
      chain.failures.isEmpty,
      "MLOPS_SEED=\(Self.seed) MLOPS_CHAIN=\(chainSeed)\n\(chain.failures.prefix(3).joined(separator: "\n"))")
    #expect(chain.tally.pushes > Self.chainLength / 2, "too few pushes were made: \(chain.tally.pushes)")
  }
}
