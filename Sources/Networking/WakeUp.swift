internal import Synchronization

/// A bell: whoever waits goes on when it rings, or when the time is over; a ring that nobody waits for is kept.
public final class WakeUp: Sendable {
  private struct State {
    var hasRung = false
    var waiting: CheckedContinuation<Bool, Never>?
  }

  private let state = Mutex(State())

  /// Creates a bell.
  public init() {}

  /// Rings.
  public func ring() {
    let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard let waiting = state.waiting else {
        state.hasRung = true
        return nil
      }
      state.waiting = nil
      return waiting
    }
    waiting?.resume(returning: true)
  }

  /// Waits for a ring, at most some seconds, and gives whether it rang.
  ///
  /// One task at a time may wait.
  @discardableResult
  public func wait(seconds: Double) async -> Bool {
    guard seconds > 0 else { return false }
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask { await self.wait() }
      group.addTask {
        try? await Task.sleep(for: .seconds(min(seconds, 86_400)))
        return false
      }
      var rang = await group.next() ?? false
      group.cancelAll()
      // It may have rung at the moment when the time was over.
      for await other in group where other { rang = true }
      return rang
    }
  }

  private func wait() async -> Bool {
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
        let rang = state.withLock { state -> Bool? in
          if state.hasRung {
            state.hasRung = false
            return true
          }
          if Task.isCancelled || state.waiting != nil { return false }
          state.waiting = continuation
          return nil
        }
        if let rang { continuation.resume(returning: rang) }
      }
    } onCancel: {
      let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
        defer { state.waiting = nil }
        return state.waiting
      }
      waiting?.resume(returning: false)
    }
  }
}
