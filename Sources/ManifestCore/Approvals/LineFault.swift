/// Why one line that looks like an approval is none, whatever stands around it.
struct LineFault {
  /// What is wrong.
  var reason: String
  /// What to do.
  var fix: String

  /// Looks at a line, from 0; nil where the line does not look like an approval, or has no fault of its own.
  init?(at line: Int, in lines: MessageLines, keys: [String]) {
    guard let shape = ApprovalShape(lines[line], keys: keys) else { return nil }
    let key = shape.key
    let form = "`\(key): Name <e-mail>`"
    let write = "write it as \(form)"
    if shape.isIndented {
      self.init("it is indented", fix: "begin the line with \(form)")
    } else if shape.isMarked {
      self.init("something stands before `\(key)`", fix: "begin the line with \(form)")
    } else if let odd = shape.oddScalar {
      self.init("its key holds \(odd), where `\(key)` has none", fix: write)
    } else if !shape.isSpelled {
      self.init("its key is not `\(key)`", fix: write)
    } else if shape.hasBlankBeforeSeparator {
      self.init("a blank stands before its colon", fix: write)
    } else if shape.separator != ":" {
      let separator = shape.separator.map { "`\($0)`\($0.isASCII ? "" : " (\($0.codePoint))") where the colon belongs" }
      self.init(separator.map { "it has \($0)" } ?? "it has no colon", fix: write)
    } else if lines.continues(line) {
      self.init("its value goes on in the next line", fix: "write it on one line, as \(form)")
    } else if shape.value.isEmpty {
      self.init("it has no value", fix: "\(write), or remove it")
    } else if shape.value.first.map(ASCII.isBlank) != true {
      self.init("no space follows its colon", fix: write)
    } else if ASCII.trim(shape.value[...]).isEmpty {
      self.init("it has no value", fix: "\(write), or remove it")
    } else {
      return nil
    }
  }

  private init(_ reason: String, fix: String) {
    self.reason = reason
    self.fix = fix
  }
}

extension MessageLines {
  /// Tells whether the line behind a line, from 0, is indented text, which git joins to it.
  func continues(_ line: Int) -> Bool { self[line + 1].first.map(ASCII.isBlank) == true && !isBlank(line + 1) }
}
