internal import Synchronization

/// A bell: whoever waits goes on when it rings, or when the time is over; a ring that nobody waits for is kept.
public final class WakeUp: Sendable {
  private struct State {
    var hasRung = false
    var waiting: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Creates a bell.
  public init() {}

  /// Rings.
  public func ring() {
    let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let waiting = state.waiting else {
        state.hasRung = true
        return nil
      }
      state.waiting = nil
      return waiting
    }
    waiting?.resume()
  }

  /// Waits for a ring, at most some seconds; one task at a time may wait.
  public func wait(seconds: Double) async {
    guard seconds > 0 else { return }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait() }
      group.addTask { try? await Task.sleep(for: .seconds(min(seconds, 86_400))) }
      await group.next()
      group.cancelAll()
    }
  }

  private func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        let resumes = state.withLock { state -> Bool in
          if state.hasRung || Task.isCancelled || state.waiting != nil {
            state.hasRung = false
            return true
          }
          state.waiting = continuation
          return false
        }
        if resumes { continuation.resume() }
      }
    } onCancel: {
      let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
        defer { state.waiting = nil }
        return state.waiting
      }
      waiting?.resume()
    }
  }
}
