/// The trailers of a commit message by our own grammar, a strict part of git's.
///
/// They stand in the last paragraph, which is not the title, and of which each line is `Key: value` or
/// `(cherry picked from commit <hex>)`. A paragraph with any other line has no trailers.
public struct MessageTrailers: Sendable {
  /// The trailers, in the order of the message.
  public private(set) var trailers: [Trailer] = []
  /// The lines of the last paragraph, from 1; empty where the message has none but its title.
  public private(set) var paragraph: Range<Int> = 1..<1

  /// The message, cut into lines.
  let lines: MessageLines
  /// The paragraphs, in lines from 0.
  let paragraphs: [Range<Int>]
  /// The first line of the last paragraph, from 0, that is no trailer.
  private(set) var stray: Int?

  /// Reads a commit message.
  public static func parse(_ message: [UInt8]) -> MessageTrailers { MessageTrailers(message) }

  /// Reads a commit message.
  public static func parse(_ message: UnsafeRawBufferPointer) -> MessageTrailers { MessageTrailers([UInt8](message)) }

  private init(_ message: [UInt8]) {
    lines = MessageLines(message)
    paragraphs = lines.paragraphs()
    guard paragraphs.count > 1, let last = paragraphs.last else { return }
    paragraph = last.lowerBound + 1..<last.upperBound + 1
    var found: [Trailer] = []
    for line in last {
      if let trailer = Self.trailer(lines[line], line: line + 1) {
        found.append(trailer)
      } else if !Self.isCherryPick(lines[line]) {
        stray = line
        return
      }
    }
    if lines.malformation == nil { trailers = found }
  }

  /// The trailers with one of the keys, whatever the case of its ASCII letters.
  public func values(forKeys keys: [String]) -> [Trailer] { trailers.filter { $0.hasKey(in: keys) } }

  /// Reads one line as `Key: value`, with spaces or tabs behind the colon and a value that is not empty.
  static func trailer(_ line: ArraySlice<UInt8>, line number: Int) -> Trailer? {
    let key = line.prefix(while: ASCII.isKey)
    let rest = line[key.endIndex...]
    guard !key.isEmpty, rest.first == UInt8(ascii: ":") else { return nil }
    let behind = rest.dropFirst()
    guard let blank = behind.first, ASCII.isBlank(blank) else { return nil }
    let value = ASCII.trim(behind)
    return value.isEmpty ? nil : Trailer(key: [UInt8](key), value: [UInt8](value), line: number)
  }

  /// Tells whether a line is what `git cherry-pick -x` appends.
  static func isCherryPick(_ line: ArraySlice<UInt8>) -> Bool {
    let prefix = "(cherry picked from commit ".utf8
    guard line.starts(with: prefix), line.last == UInt8(ascii: ")") else { return false }
    let id = line.dropFirst(prefix.count).dropLast()
    return (4...64).contains(id.count) && id.allSatisfy(ASCII.isHexDigit)
  }
}
