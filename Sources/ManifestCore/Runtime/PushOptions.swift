/// What the pusher asks of the gate by `git push -o`.
///
/// All of it is a client's claim. None of it weakens a verdict, save a break-glass that the policies name.
struct PushOptions {
  /// The longest reason of a break-glass, in bytes.
  static let maximumReason = 300
  private static let known = ["mlops.dry-run", "mlops.format=json", "mlops.break-glass=REASON"]

  var isDryRun = false
  var format = Report.Format.text
  /// The break-glass that is asked for.
  var breakGlass: BreakGlass.Request?
  /// Options below `mlops.` that do not exist: who misspells a dry run must not push.
  var problems: [Finding] = []

  init(_ context: HookContext) {
    guard let text = context.variable("GIT_PUSH_OPTION_COUNT"), let count = Int(text), count > 0 else { return }
    for index in 0..<min(count, 100_000) {
      guard let option = context.environment["GIT_PUSH_OPTION_\(index)"], option.starts(with: bytes("mlops.")) else {
        continue
      }
      take(option)
    }
  }

  private mutating func take(_ option: [UInt8]) {
    let glass = bytes("mlops.break-glass")
    if option == bytes("mlops.dry-run") {
      isDryRun = true
    } else if option == bytes("mlops.format=json") {
      format = .json
    } else if option == glass || option.starts(with: glass + [UInt8(ascii: "=")]) {
      let request = Self.request(option.dropFirst(glass.count + 1))
      breakGlass = breakGlass == nil ? request : .init(reason: "", fault: "it is asked for twice in one push")
    } else if problems.count < 10 {
      let shown = Text.show(option)
      // By their names alone: a value would count as so many wrong letters.
      func name(_ option: String) -> String { String(option.prefix { $0 != "=" }) }
      let close = Suggestion.nearest(to: name(shown), among: Self.known.map(name))
      let near = Self.known.first { name($0) == close }
      problems.append(
        Finding(
          .pushMalformed, Place(), "the gate has no push option `\(shown)`",
          fix: near.map { "did you mean `-o \($0)`?" }
            ?? "leave it out; there are \(Text.list(Self.known))"))
    }
  }

  /// A reason stands in logs and on terminals, and has to be readable there.
  private static func request(_ value: ArraySlice<UInt8>) -> BreakGlass.Request {
    let example = "say why: `-o mlops.break-glass=\"the model answers nonsense, ticket 4711\"`"
    guard let text = String(validating: value, as: UTF8.self), !text.unicodeScalars.contains(where: Text.isHarmful)
    else {
      return .init(
        reason: Text.escape(Text.show(value)), fault: "its reason is not plain text on one line; \(example)")
    }
    let reason = String(decoding: ASCII.trim(Array(text.utf8)[...]), as: UTF8.self)
    guard !reason.isEmpty else { return .init(reason: "", fault: "it has no reason; \(example)") }
    guard reason.utf8.count <= maximumReason else {
      return .init(
        reason: Text.cut(reason),
        fault: "its reason has \(reason.utf8.count) bytes, more than \(maximumReason); say it shorter")
    }
    return .init(reason: reason)
  }
}
