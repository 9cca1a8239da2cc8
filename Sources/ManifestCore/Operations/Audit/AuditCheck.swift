/// Whether the lines of the audit log still follow each other as they were written.
///
/// Anybody who may write the files can also make a new chain; whoever keeps the last digest elsewhere sees that.
struct AuditCheck {
  /// The first line that does not follow.
  struct Fault: Sendable {
    var file: String
    var line: Int
    var message: String
  }

  /// How many lines of each kind there are.
  private(set) var lines = 0
  /// The lines from before lines had digests.
  private(set) var unchained = 0
  /// What is no fault, and should be known.
  private(set) var notes: [String] = []
  private(set) var fault: Fault?
  /// The digest of the last line, where the next one has to follow.
  private(set) var digest = AuditFiles.nothing

  private let log: AuditFiles
  /// A line that is no record: cut off by a crash, if the next one says so.
  private var torn: Fault?
  private var isChained = false
  private var hasBegun = false

  init(_ log: AuditFiles) { self.log = log }

  /// Reads all files; throws where one cannot be read.
  mutating func run() throws {
    let files = log.all()
    var expected: Int?
    for file in files {
      if let number = file.number {
        if let expected, number != expected {
          return fail(file, 1, "the file before it is missing: \(name(expected))")
        }
        if expected == nil, number > 1 { notes.append("the log begins with `\(file.name)`: older files are not here") }
        expected = number + 1
      }
      let place = file.number ?? expected
      switch SafeFiles.read(log.folder + "/" + file.name, maximum: 2 << 30) {
      case .content(let bytes): read(bytes, file, place)
      case .notThere: throw LocalCheck.CannotSay("`\(file.name)` is gone", fix: "ask again")
      case .failed(let words):
        throw LocalCheck.CannotSay("`\(file.name)` cannot be read: \(words)", fix: "run it as the user of the hooks")
      }
      if fault != nil { return }
    }
    guard let torn else { return }
    notes.append("the last line (\(torn.file):\(torn.line)) is cut off, as by a crash; the next record will say so")
  }

  private mutating func read(_ bytes: [UInt8], _ file: AuditFiles.File, _ place: Int?) {
    var rest = bytes[...]
    var number = 0
    while !rest.isEmpty, fault == nil {
      number += 1
      let end = rest.firstIndex(of: 10)
      let line = rest[..<(end ?? rest.endIndex)]
      rest = end.map { rest[($0 + 1)...] } ?? []
      take(line, file, number, place)
    }
  }

  private mutating func take(
    _ line: ArraySlice<UInt8>, _ file: AuditFiles.File, _ number: Int, _ place: Int?
  ) {
    lines += 1
    let entry = AuditEntry(line)
    if let torn {
      guard let entry, entry.type == "repaired" else { return fault = torn }
      notes.append("\(torn.file):\(torn.line) was cut off, as by a crash; the next line says so")
      self.torn = nil
    }
    guard let entry else {
      if isChained {
        torn = Fault(file: file.name, line: number, message: "it is no record")
      } else {
        unchained += 1
      }
      digest = SHA256.hex(Array(line)) ?? ""
      return
    }
    if let previous = entry.previous {
      let isBeginning = !hasBegun && entry.file != nil
      if number == 1, unchained == 0, entry.file == nil {
        return fail(file, number, "it is not the first line of a file: lines are missing before it")
      }
      if number == 1, let claimed = entry.file, let place, claimed != place {
        return fail(file, number, "it begins file \(claimed) of the log, and stands in file \(place)")
      }
      if isBeginning, previous != AuditFiles.nothing {
        notes.append("older files of the log are not here: it begins with file \(entry.file ?? 0)")
      } else if previous != digest {
        return fail(file, number, "it does not follow the line before: that one, or this one, is another now")
      }
      isChained = true
    } else if isChained {
      return fail(file, number, "it has no digest of the line before")
    } else {
      unchained += 1
    }
    hasBegun = true
    digest = SHA256.hex(Array(line)) ?? ""
  }

  private func name(_ number: Int) -> String { "file \(number) of the log" }

  private mutating func fail(_ file: AuditFiles.File, _ line: Int, _ message: String) {
    fault = Fault(file: file.name, line: line, message: message)
  }
}
