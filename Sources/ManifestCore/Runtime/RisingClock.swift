private import Glibc

/// Times of which each is later than the one before, also where the clock was set back in between.
///
/// The last one is kept as the time of a lock's file, which whoever asks holds: no further file, and no folder to look
/// through. Should a crash take it back, what is left is the clock.
struct RisingClock {
  /// A time of a file, in seconds and nanoseconds since 1970.
  struct Time {
    fileprivate var value: timespec
  }

  private let lock: Int32

  /// Tells times to whoever holds a lock.
  init(lock: Int32) { self.lock = lock }

  /// The time now, or a nanosecond more than the last that was told.
  func next() -> Time {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var status = stat()
    if fstat(lock, &status) == 0 {
      let last = status.st_mtim
      if (last.tv_sec, last.tv_nsec) >= (now.tv_sec, now.tv_nsec) {
        let isFull = last.tv_nsec == 999_999_999
        now = timespec(tv_sec: isFull ? last.tv_sec + 1 : last.tv_sec, tv_nsec: isFull ? 0 : last.tv_nsec + 1)
      }
    }
    futimens(lock, [now, now])
    return Time(value: now)
  }
}

extension RisingClock.Time {
  /// Gives an open file this time; one whose file system keeps no such times has the clock's.
  func set(on descriptor: Int32) { futimens(descriptor, [value, value]) }
}
