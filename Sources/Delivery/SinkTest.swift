package import ManifestCore
internal import Networking

/// Sends a test message to a sink, and says in words what its receiver's answer means.
package enum SinkTest {
  /// Sends it; gives lines to be shown, and whether it was taken.
  package static func run(
    path: String, sink name: String, context: HookContext
  ) async throws -> (lines: [String], isTaken: Bool) {
    let place = try RepositoryPlace(at: path, context)
    let sink = try place.sink(name)
    let plan: SinkPlan
    let transport: Transport
    let secrets: [Secret]
    do throws(SinkPlan.Refused) {
      plan = try SinkPlan(sink, gitDirectory: place.gitDirectory, defaultBranch: place.defaultBranch)
      transport = try Transport(plan)
      secrets = try transport.secrets()
    } catch {
      return (["error: \(error.message)", "hint: \(error.fix)"], false)
    }
    let event = DeliveryEvent.test(
      source: place.source, ref: "refs/heads/\(place.defaultBranch)", now: WallClock.now)
    var lines = plan.warnings.map { "warning: \($0)" }
    guard case .receiver(let receiver) = plan.target else {
      if let problem = SinkDelivery.deliver(event.bytes, "\(event.id).json", to: sink) {
        return (lines + ["error: \(problem)", "hint: look at the sink's folder or command"], false)
      }
      return (lines + ["\(name) has taken the test event \(event.id)"] + start(plan), true)
    }
    lines.append("\(name): \(receiver.format.rawValue) to \(receiver.address.shown)")
    do throws(HTTPFailure) {
      guard let answer = try await transport.test(event, secrets: secrets) else { return (lines, false) }
      let words = AnswerWords(answer, receiver).words
      guard (200..<300).contains(answer.status) else {
        return (lines + ["error: \(words.message)", "hint: \(words.fix)"], false)
      }
      return (lines + [words.message] + start(plan), true)
    } catch {
      return (lines + ["error: \(error.message)", "hint: \(error.fix)"], false)
    }
  }

  /// A sink that takes a test is no longer stopped.
  private static func start(_ plan: SinkPlan) -> [String] {
    guard SinkState.read(plan.outbox).stop != nil, let lock = plan.outbox.lock(seconds: 20) else { return [] }
    defer { SafeFiles.unlock(lock) }
    var state = SinkState.read(plan.outbox)
    guard state.stop != nil else { return [] }
    state.stop = nil
    state.failures = 0
    state.failingSince = nil
    state.nextTry = nil
    do {
      try state.write(plan.outbox)
    } catch {
      return ["warning: the sink stays stopped: \((error as? SafeFiles.WriteError)?.message ?? "\(error)")"]
    }
    _ = RelayBell.ring(plan.gitDirectory)
    return ["the sink was stopped, and starts again"]
  }
}
