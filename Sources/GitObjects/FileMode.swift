/// The mode of a tree entry: the five that git writes, and everything else.
public enum FileMode: Sendable, Hashable {
  /// A regular file, 100644.
  case file
  /// An executable file, 100755.
  case executable
  /// A symbolic link, 120000.
  case symbolicLink
  /// A submodule, 160000.
  case submodule
  /// A folder, 40000.
  case folder
  /// A mode that git does not write today; readers disagree about it.
  case odd

  init(octal digits: UnsafeRawBufferPointer) {
    // The digits as one number of base 256: no other text of at most eight bytes that begins with no zero byte has it.
    var number: UInt64 = 0
    if digits.count <= 8, digits.first != 0 {
      for digit in digits { number = number << 8 | UInt64(digit) }
    }
    switch number {
    case 0x31_30_30_36_34_34: self = .file
    case 0x34_30_30_30_30: self = .folder
    case 0x31_30_30_37_35_35: self = .executable
    case 0x31_32_30_30_30_30: self = .symbolicLink
    case 0x31_36_30_30_30_30: self = .submodule
    default: self = .odd
    }
  }

  /// The digits that stand in a tree.
  package var octal: [UInt8] {
    switch self {
    case .file: Array("100644".utf8)
    case .executable: Array("100755".utf8)
    case .symbolicLink: Array("120000".utf8)
    case .submodule: Array("160000".utf8)
    case .folder: Array("40000".utf8)
    case .odd: Array("100664".utf8)
    }
  }

  /// What a person calls it.
  public var name: String {
    switch self {
    case .file: "a regular file"
    case .executable: "an executable file (mode 100755)"
    case .symbolicLink: "a symbolic link"
    case .submodule: "a submodule"
    case .folder: "a folder"
    case .odd: "an entry with an odd mode"
    }
  }
}
