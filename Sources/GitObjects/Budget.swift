private import Glibc

/// Why something could not be read.
///
/// Never a statement about what was pushed being right or wrong.
public enum ReadError: Error, Sendable {
  /// libgit2 could not do it.
  case git(GitError)
  /// A limit of the gate was reached; the words name it with its number.
  case limit(String)
  /// The time that the gate may take is over.
  case timeout
}

/// What judging one push may cost.
///
/// All reading goes through one of these.
public final class Budget {
  /// How much of each thing there is.
  public struct Limits: Sendable {
    /// Objects read.
    public var objects = 4_000_000
    /// Bytes of objects read.
    public var bytes = 16 << 30
    /// Entries of one folder.
    public var treeEntries = 200_000
    /// Bytes of one commit object.
    public var commitBytes = 4 << 20
    /// Bytes of one tree object.
    public var treeBytes = 16 << 20

    /// The limits of a gate.
    public init() {}
  }

  /// The limits.
  public let limits: Limits
  private var deadline: UInt64?
  private var objects = 0
  private var bytes = 0

  /// Creates a budget; `seconds` is the time it lasts from now, nil for no limit.
  public init(limits: Limits = Limits(), seconds: Double?) {
    self.limits = limits
    deadline = seconds.map { Self.now() &+ UInt64(max(0, $0) * 1_000_000_000) }
  }

  /// The monotonic clock in nanoseconds.
  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
  }

  /// Gives a part of the work less time than there is.
  public func within<Result>(seconds: Double, _ body: () throws -> Result) rethrows -> Result {
    let whole = deadline
    let part = Self.now() &+ UInt64(max(0, seconds) * 1_000_000_000)
    deadline = min(whole ?? .max, part)
    defer { deadline = whole }
    return try body()
  }

  /// Throws where the time is over.
  public func checkTime() throws(ReadError) {
    if let deadline, Self.now() > deadline { throw .timeout }
  }

  /// Takes one object of a size out of the budget.
  func take(bytes size: Int) throws(ReadError) {
    objects += 1
    bytes &+= size
    if objects > limits.objects { throw .limit("more than \(limits.objects) objects would have to be read") }
    if bytes > limits.bytes { throw .limit("more than \(limits.bytes) bytes would have to be read") }
    if objects & 63 == 0 { try checkTime() }
  }
}
