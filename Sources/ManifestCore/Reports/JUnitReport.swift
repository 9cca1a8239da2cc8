/// Writes a verdict as JUnit XML: a test case for each check that found something, or one that passed.
enum JUnitReport {
  static func text(_ verdict: Verdict) -> String {
    let findings = verdict.findings
    let errors = verdict.errors.count
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<testsuite name=\"mlops-hook\" tests=\"\(max(findings.count, 1))\" failures=\"\(errors)\" errors=\"0\">",
    ]
    if findings.isEmpty { lines.append("  <testcase classname=\"mlops-hook\" name=\"check\"/>") }
    for finding in findings {
      let path = finding.place.path ?? finding.place.ref ?? []
      let mark = finding.place.mark.map { ":\($0.line):\($0.column)" } ?? ""
      let name = escape(Text.show(path) + mark)
      lines.append("  <testcase classname=\"\(finding.check.rawValue)\" name=\"\(name)\">")
      let element = finding.severity == .error ? "failure" : "system-out"
      let details = escape(([finding.fix].compactMap { $0 } + finding.notes).joined(separator: "\n"))
      if finding.severity == .error {
        lines.append(
          "    <\(element) type=\"\(finding.check.rawValue)\" message=\"\(escape(finding.message))\">\(details)</\(element)>"
        )
      } else {
        lines.append("    <\(element)>\(escape(finding.message))\n\(details)</\(element)>")
      }
      lines.append("  </testcase>")
    }
    lines.append("</testsuite>")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n": escaped += "&#10;"
      default: escaped += Text.escape(String(scalar))
      }
    }
    return escaped
  }
}
