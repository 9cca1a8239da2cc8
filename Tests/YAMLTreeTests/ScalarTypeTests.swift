import Testing

@testable import YAMLTree

@Suite struct ScalarTypeTests {
  static func type(_ text: String) -> ScalarType { Scalar(text: text, style: .plain).type }

  @Test(arguments: [
    "v2.4.1", "2.4.1", "4Gi", "500m", "s3://x", "ml-opsリード", "-", "--", "+", ".", "..", "1a", "-x", "v1", "yess", "non",
    "nope", "offf", "nul", "~x", "==", "<<<", "truee", "1:60", "1:2:x", "2026-01", "2026-01-01x", "sha256:0123",
    "1.2.3.4",
    "0x", "0o8", "0b2", "0xG", "1e", "1e+", "1.5e+", "e5", ".e5", "/v1/x", "<100ms", ">0.45", ".info", ".nano", "1 2",
    "10.0.0.1", "a_1", "_1", "Nein", "é",
  ]) func text(_ text: String) { #expect(Self.type(text) == .string) }

  @Test(arguments: ["0", "-0", "1", "-1", "42", "123456789012345678901234567890"])
  func int(_ text: String) { #expect(Self.type(text) == .int) }

  @Test(arguments: ["0.12", "-0.5", "1.10", "1.5e+3", "1.5E-30", "0.0"])
  func float(_ text: String) { #expect(Self.type(text) == .float) }

  @Test func words() {
    for text in ["true", "True", "TRUE"] { #expect(Self.type(text) == .bool(true)) }
    for text in ["false", "False", "FALSE"] { #expect(Self.type(text) == .bool(false)) }
    for text in ["", "~", "null", "Null", "NULL"] { #expect(Self.type(text) == .null) }
  }

  @Test(arguments: [
    ("no", "a boolean to YAML 1.1"), ("On", "a boolean"), ("OFF", "a boolean"), ("yes", "a boolean"),
    ("y", "a boolean"),
    ("N", "a boolean"), ("tRue", "ignore case"), ("nULL", "ignore case"), ("oN", "a boolean"), ("1:20", "base-60"),
    ("-1:20:30.5", "base-60"), ("010", "octal"), ("-007", "octal"), ("08", "text to YAML 1.1"), ("0o17", "octal"),
    ("0x1F", "hexadecimal"), ("0X1f", "hexadecimal"), ("-0x1", "hexadecimal"), ("0b101", "binary"),
    ("1_000", "YAML 1.1"),
    ("1_000.5", "YAML 1.1"), ("0x_F", "YAML 1.1"), ("._", "YAML 1.1"), (".5", "form"), ("5.", "form"), ("+1", "form"),
    ("01.5", "form"), ("+1.5e+3", "form"), ("1e5", "text to YAML 1.1"), ("1e+5", "text to YAML 1.1"),
    ("1.5e3", "text to YAML 1.1"), (".inf", "infinite"), ("-.INF", "infinite"), (".nan", "not a number"),
    (".NaN", "not a number"), ("2026-01-01", "a date"), ("2026-1-1", "a date"), ("2026-01-01T00:00:00Z", "a timestamp"),
    ("2026-01-01 10:00:00.5 +01:00", "a timestamp"), ("=", "default value"), ("<<", "merge key"),
    ("0x" + String(repeating: "0", count: 80), "over 64"),
  ]) func ambiguous(_ text: String, words: String) {
    guard case .ambiguous(let found) = Self.type(text) else {
      Issue.record("\(text) is \(Self.type(text))")
      return
    }
    #expect(found.contains(words), "\(found)")
  }

  @Test(arguments: [Scalar.Style.singleQuoted, .doubleQuoted, .literal, .folded])
  func quotedIsText(_ style: Scalar.Style) {
    for text in ["", "no", "1", "~", "2026-01-01"] { #expect(Scalar(text: text, style: style).type == .string) }
  }
}
