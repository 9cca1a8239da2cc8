/// A text as one word of a shell's command line, for commands that a message shows.
package enum ShellWord {
  /// The word, in single quotes where it needs any.
  package static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { $0.isDigit || $0.isLetter || "@%+=:,./_-".utf8.contains($0) || $0 >= 0x80 }
    if isPlain, !text.isEmpty { return text }
    var word = "'"
    for scalar in text.unicodeScalars { word += scalar == "'" ? "'\\''" : String(scalar) }
    return word + "'"
  }
}
