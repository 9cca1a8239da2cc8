/// Writes a verdict as GitHub's workflow commands, which become annotations.
enum GitHubReport {
  static func text(_ verdict: Verdict) -> String {
    verdict.findings.map { finding in
      var properties: [String] = []
      if let path = finding.place.path { properties.append("file=" + property(Text.show(path))) }
      if let mark = finding.place.mark { properties += ["line=\(mark.line)", "col=\(mark.column)"] }
      properties.append("title=" + property(finding.check.rawValue))
      let message = ([finding.message, finding.fix].compactMap { $0 } + finding.notes).joined(separator: "\n")
      return "::\(finding.severity.rawValue) \(properties.joined(separator: ","))::\(data(message))\n"
    }.joined()
  }

  private static func data(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "%": "%25"
      case "\r": "%0D"
      case "\n": "%0A"
      default: Text.escape(String(scalar))
      }
    }.joined()
  }

  private static func property(_ text: String) -> String {
    data(text).unicodeScalars.map { scalar in
      switch scalar {
      case ":": "%3A"
      case ",": "%2C"
      default: String(scalar)
      }
    }.joined()
  }
}

/// Writes a verdict as GitLab's Code Quality report.
enum GitLabReport {
  static func json(_ verdict: Verdict) -> JSONValue {
    .array(
      verdict.findings.map { finding in
        .object([
          ("description", .string(([finding.message, finding.fix].compactMap { $0 }).joined(separator: "; "))),
          ("check_name", .string(finding.check.rawValue)),
          ("fingerprint", .string(finding.identity.joined(separator: "|"))),
          ("severity", .string(finding.severity == .error ? "blocker" : "minor")),
          (
            "location",
            .object([
              ("path", .string(Text.show(finding.place.path ?? finding.place.ref ?? []))),
              ("lines", .object([("begin", .number(finding.place.mark?.line ?? 1))])),
            ])
          ),
        ])
      })
  }
}
