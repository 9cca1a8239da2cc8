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
