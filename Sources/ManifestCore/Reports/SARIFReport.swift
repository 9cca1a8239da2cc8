/// Writes a verdict as SARIF 2.1.0, for forges and editors.
enum SARIFReport {
  static let schema = "https://json.schemastore.org/sarif-2.1.0.json"

  static func json(_ verdict: Verdict) -> JSONValue {
    let names = Array(Set(verdict.findings.map(\.check))).sorted()
    let rules = names.map { name in
      JSONValue.object([
        ("id", .string(name.rawValue)), ("shortDescription", .object([("text", .string(name.info.title))])),
        ("help", .object([("text", .string(name.info.remedy)), ("markdown", .string(CheckPage(name).markdown))])),
      ])
    }
    let driver = JSONValue.object([
      ("name", .string("mlops-hook")), ("version", .string(Version.current)), ("rules", .array(rules)),
    ])
    let run = JSONValue.object([
      ("tool", .object([("driver", driver)])),
      ("results", .array(verdict.findings.map { result($0, names) })),
      (
        "invocations",
        .array([
          .object([
            ("executionSuccessful", .bool(!verdict.isUnknown)),
            ("exitCode", .number(verdict.isAccepted ? 0 : verdict.isUnknown ? 2 : 1)),
          ])
        ])
      ),
    ])
    return .object([("$schema", .string(schema)), ("version", .string("2.1.0")), ("runs", .array([run]))])
  }

  private static func result(_ finding: Finding, _ rules: [CheckName]) -> JSONValue {
    var pairs: [(String, JSONValue)] = [
      ("ruleId", .string(finding.check.rawValue)), ("ruleIndex", .number(rules.firstIndex(of: finding.check) ?? 0)),
      ("level", .string(finding.severity.rawValue)),
      (
        "message",
        .object([
          ("text", .string(([finding.message, finding.fix].compactMap { $0 } + finding.notes).joined(separator: "\n")))
        ])
      ),
    ]
    if let path = finding.place.path {
      var physical: [(String, JSONValue)] = [
        ("artifactLocation", .object([("uri", .string(URIPath.encode(Text.show(path))))]))
      ]
      if let mark = finding.place.mark {
        physical.append(
          ("region", .object([("startLine", .number(mark.line)), ("startColumn", .number(mark.column))])))
      }
      pairs.append(("locations", .array([.object([("physicalLocation", .object(physical))])])))
    }
    pairs.append(("partialFingerprints", .object([("mlopsHook/v1", .string(finding.identity.joined(separator: "|")))])))
    return .object(pairs)
  }
}
