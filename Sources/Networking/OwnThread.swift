internal import Dispatch

/// A thread of its own for work that may block, so that a slow disk or program holds nobody else.
///
/// A serial queue of Dispatch gets a thread at once whatever the others do, and needs none while it has no work.
public final class OwnThread: TaskExecutor {
  private let queue: DispatchQueue

  /// Creates one with a name for debuggers; `isConcurrent`: as many threads as there are jobs that block.
  public init(_ name: String, isConcurrent: Bool = false) {
    queue = DispatchQueue(label: name, attributes: isConcurrent ? .concurrent : [])
  }

  /// Runs a job of a task that prefers this executor.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
