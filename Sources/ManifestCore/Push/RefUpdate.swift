public import GitObjects

/// One ref that a push moves, makes or deletes, as git said it.
public struct RefUpdate: Sendable, Equatable {
  /// What the pusher believes the ref holds; zero for "nothing".
  public var old: ObjectID
  /// What it is to hold; zero for "to be deleted".
  public var new: ObjectID
  /// The full name.
  public var ref: [UInt8]

  /// Creates an update.
  public init(old: ObjectID, new: ObjectID, ref: [UInt8]) {
    self.old = old
    self.new = new
    self.ref = ref
  }

  /// The ref's name as messages show it.
  var shown: String { Text.show(ref) }
}

/// What git wrote on a hook's standard input.
///
/// Format: githooks(5), `<old> SP <new> SP <ref> LF`. What comes through a client's hands is read byte by byte, and
/// anything else refuses the whole push.
struct PushRequest {
  var updates: [RefUpdate] = []
  var problems: [Finding] = []

  /// Reads the lines.
  ///
  /// At most `maximumRefs` of them are taken.
  static func parse(_ input: [UInt8], maximumRefs: Int) -> PushRequest {
    var request = PushRequest()
    var seen: Set<[UInt8]> = []
    var rest = input[...]
    var number = 0
    while !rest.isEmpty {
      number += 1
      if number > maximumRefs {
        let total = input.reduce(0) { $1 == 10 ? $0 + 1 : $0 }
        request.problems = [
          Finding(
            .pushMalformed, Place(), "the push moves \(total) refs, more than \(maximumRefs) (`mlops.maxRefs`)",
            fix: "push fewer refs at a time")
        ]
        return request
      }
      guard let end = rest.firstIndex(of: 10) else {
        request.refuse("line \(number) of what git sent ends early", nil)
        break
      }
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      guard let update = parse(line) else {
        request.refuse("line \(number) of what git sent is not `<old> <new> <ref>`: `\(Text.show(line))`", nil)
        continue
      }
      if update.old.isZero, update.new.isZero {
        request.refuse("the ref is neither there before the push nor after it", update.ref)
      }
      if update.ref.count >= Repository.maximumReferenceName {
        request.refuse(
          "the ref's name has \(update.ref.count) bytes, and may have \(Repository.maximumReferenceName - 1)",
          Array(update.ref.prefix(100)))
      } else if !Repository.isValidReferenceName(update.ref) || !update.ref.starts(with: Array("refs/".utf8)) {
        request.refuse("`\(update.shown)` is not a valid name of a ref", update.ref)
      }
      if !seen.insert(update.ref).inserted { request.refuse("the ref is named twice in one push", update.ref) }
      request.updates.append(update)
    }
    return request
  }

  /// Reads the arguments of an `update` hook, or of a VREF of gitolite: those, and what it knows beside them.
  static func parse(arguments: [[UInt8]]) -> PushRequest {
    // `ref old new oldtree newtree access VREF/NAME/PARAMETER PARAMETER`.
    let isVirtual = arguments.count >= 7 && arguments[6].starts(with: Array("VREF/".utf8))
    guard arguments.count == 3 || isVirtual else {
      var request = PushRequest()
      request.refuse(
        "`update` was called with \(Text.count(arguments.count, "argument")), not `<ref> <old> <new>`", nil)
      return request
    }
    return parse(arguments[1] + [0x20] + arguments[2] + [0x20] + arguments[0] + [10], maximumRefs: 1)
  }

  private static func parse(_ line: ArraySlice<UInt8>) -> RefUpdate? {
    let size = ObjectID.hexSize
    let start = line.startIndex
    guard line.count > 2 * size + 2, line[start + size] == 0x20, line[start + 2 * size + 1] == 0x20,
      let old = ObjectID(hex: line[start..<(start + size)]),
      let new = ObjectID(hex: line[(start + size + 1)..<(start + 2 * size + 1)])
    else { return nil }
    let ref = line[(start + 2 * size + 2)...]
    guard String(validating: ref, as: UTF8.self) != nil, ref.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return nil }
    return RefUpdate(old: old, new: new, ref: Array(ref))
  }

  private mutating func refuse(_ message: String, _ ref: [UInt8]?) {
    guard problems.count < 100 else { return }
    problems.append(
      Finding(.pushMalformed, Place(ref: ref), message, fix: "push again with git itself; the whole push was refused"))
  }
}
