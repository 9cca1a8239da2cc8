/// Reads `GIT_ALTERNATE_OBJECT_DIRECTORIES` as git writes it.
enum AlternatePaths {
  /// The paths that git had to quote, unquoted and each ended by a zero byte.
  ///
  /// The others libgit2 reads by itself.
  static func quoted(in value: [UInt8]) -> [[UInt8]] {
    var paths: [[UInt8]] = []
    var index = 0
    while index < value.count {
      if value[index] == UInt8(ascii: "\"") {
        index += 1
        var path: [UInt8] = []
        while index < value.count, value[index] != UInt8(ascii: "\"") {
          if value[index] == UInt8(ascii: "\\"), index + 1 < value.count {
            index += 1
            path.append(unescape(value, &index))
          } else {
            path.append(value[index])
          }
          index += 1
        }
        paths.append(path + [0])
      }
      while index < value.count, value[index] != UInt8(ascii: ":") { index += 1 }
      index += 1
    }
    return paths
  }

  /// One escape of git's C-style quoting; `index` is left on its last byte.
  private static func unescape(_ value: [UInt8], _ index: inout Int) -> UInt8 {
    switch value[index] {
    case UInt8(ascii: "a"): return 7
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "v"): return 11
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "0")...UInt8(ascii: "3"):
      guard index + 2 < value.count else { return value[index] }
      let digits = value[index...index + 2].map { ($0 &- UInt8(ascii: "0")) & 7 }
      index += 2
      return digits[0] << 6 | digits[1] << 3 | digits[2]
    default: return value[index]
    }
  }
}
