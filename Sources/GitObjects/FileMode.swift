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
    func matches(_ text: StaticString) -> Bool {
      text.withUTF8Buffer { digits.elementsEqual($0) }
    }
    if matches("100644") {
      self = .file
    } else if matches("40000") {
      self = .folder
    } else if matches("100755") {
      self = .executable
    } else if matches("120000") {
      self = .symbolicLink
    } else if matches("160000") {
      self = .submodule
    } else {
      self = .odd
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
