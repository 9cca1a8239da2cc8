internal import Glibc

/// The time of day.
public enum WallClock {
  /// The seconds since 1970.
  public static var now: Int64 { Int64(time(nil)) }
}
