import ManifestCore
import Networking

/// Tells whether what was changed works: an address that answers with 200, or a program that ends with 0.
package struct HealthCheck: Sendable {
  let health: Targets.Health
  let seconds: Int

  /// Asks until it is well, at most for the seconds that are given; throws what was wrong last.
  package func wait() async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var pause = 0.05
    while true {
      do {
        return try await ask()
      } catch let failure as TargetFailure {
        guard clock.now < end else {
          throw TargetFailure("it was not well within \(seconds) s: \(failure.message)", fix: failure.fix)
        }
      }
      try await Task.sleep(for: .seconds(pause))
      pause = min(pause * 2, 2)
    }
  }

  private func ask() async throws {
    switch health {
    case .command(let command): _ = try Program.run(command, seconds: min(seconds, 30))
    case .url(let url):
      let answer = try await WebClient(url, allowsInsecure: true, seconds: Double(seconds)).ask("GET")
      guard answer.status == 200 else {
        throw TargetFailure("`\(Text.cut(url))` answered with \(answer.status), not 200", fix: "look at its log")
      }
    }
  }
}
