import Foundation

/// A verdict as the gate wrote it in JSON, in a form that can be compared whole.
struct GateAnswer: Sendable {
  /// `accepted`, `refused` or `unknown`.
  var verdict: String
  /// Each problem with all of its fields, as JSON with sorted keys.
  var problems: Set<String>
  /// What was judged, and the approvals that were counted.
  var rest: Set<String>
  /// Whether problems were left out: the server's report is at most 50 problems and 16 KiB.
  var isCut: Bool
  /// How many approvals were shown; the server shows some only.
  var approvals: Int
  /// The names of the checks, warnings too.
  var checks: Set<String>

  /// Reads the first JSON object among some lines.
  init?(_ lines: [String]) {
    guard let line = lines.first(where: { $0.hasPrefix("{\"schema\"") }),
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    else { return nil }
    func list(_ key: String) -> [[String: Any]] { object[key] as? [[String: Any]] ?? [] }
    func canonical(_ value: Any) -> String {
      let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
      return data.map { String(decoding: $0, as: UTF8.self) } ?? "\(value)"
    }
    verdict = object["verdict"] as? String ?? ""
    problems = Set(list("problems").map(canonical))
    rest = Set((list("updates") + list("approvals")).map(canonical))
    isCut = object["omitted"] != nil
    approvals = list("approvals").count
    checks = Set(list("problems").compactMap { $0["check"] as? String })
  }

  /// Whether this answer, of a server that shortens long reports, says the same as a whole one.
  func agrees(with whole: GateAnswer) -> Bool {
    verdict == whole.verdict && (isCut ? problems.isSubset(of: whole.problems) : problems == whole.problems)
      && (approvals < whole.approvals ? rest.isSubset(of: whole.rest) : rest == whole.rest)
  }

  /// What this answer says and another does not, for whoever reads a failure.
  func difference(from other: GateAnswer) -> String {
    let mine = problems.subtracting(other.problems).union(rest.subtracting(other.rest)).sorted()
    return ([verdict] + mine).joined(separator: "\n    ")
  }

  /// Whether a text holds what a terminal would act on.
  static func holdsControls(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      scalar.value < 0x20 && scalar != "\t" || (0x7f...0x9f).contains(scalar.value)
        || (0x2028...0x202e).contains(scalar.value)
        || (0x2066...0x2069).contains(scalar.value)
    }
  }
}
