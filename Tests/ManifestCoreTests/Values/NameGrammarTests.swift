import Testing

@testable import ManifestCore

/// One text and the byte at which its grammar refuses it, or nil where it is taken.
typealias GrammarExample = (text: String, offset: Int?)

@Suite struct NameGrammarTests {
  @Test(
    arguments: [
      ("1.2.3", nil), ("v1.2.3", nil), ("0.0.0", nil), ("v1.2.3-rc.1", nil), ("1.0.0-0a.--1", nil),
      ("1.0.0+001.a", nil),
      ("1.0.0-a+b", nil), ("99999999999999999999.0.0", nil), ("1.0.0--", nil),
      ("", 0), ("v", 1), ("V1.2.3", 0), ("1", 1), ("1.2", 3), ("1.2.", 4), ("1.2.3.4", 5), ("01.2.3", 0), ("1.02.3", 2),
      ("1.2.3-", 6), ("1.2.3-01", 6), ("1.2.3-a..b", 8), ("1.2.3+", 6), ("1.2.3+a+b", 7), ("1.2.3 ", 5), (" 1.2.3", 0),
      ("1.2.3-é", 6), ("v1.2.3\n", 6), ("1.2.x", 4), ("latest", 0), ("vv1.2.3", 1), ("1.2.3/..", 5),
    ] as [GrammarExample])
  func versions(_ example: GrammarExample) {
    #expect(SemanticVersion.problem(in: example.text)?.offset == example.offset)
  }

  @Test(
    arguments: [
      ("a", nil), ("a-b", nil), ("0", nil), ("a--b", nil), (String(repeating: "a", count: 63), nil),
      (String(repeating: "a", count: 64), 63), ("", 0), ("-a", 0), ("a-", 1), ("aB", 1), ("a_b", 1), ("a.b", 1),
      ("é", 0), ("a\u{301}", 1), ("a\n", 1), ("a/b", 1), ("..", 0),
    ] as [GrammarExample])
  func labels(_ example: GrammarExample) {
    #expect(DNSLabel.problem(in: example.text)?.offset == example.offset)
  }

  @Test(
    arguments: [
      ("2", nil), ("500m", nil), ("4Gi", nil), ("0.5", nil), (".5", nil), ("5.", nil), ("+1", nil), ("1e3", nil),
      ("1E3", nil), ("1E", nil), ("1e-3", nil), ("1.5Ei", nil), ("100n", nil), ("0", nil), ("12e+6", nil),
      ("", 0), ("-1", 0), ("-0", 0), ("Gi", 0), (".", 0), ("4GB", 1), ("4gb", 1), ("4K", 1), ("4gi", 1), ("1e", 1),
      ("1e3m", 1), ("1e1000", 2), ("4 Gi", 1), ("1.2.3", 3), ("１", 0), ("1Gi\n", 1), ("1_0", 1), ("0x1", 1), ("1EE", 1),
      (String(repeating: "1", count: 65), 64),
    ] as [GrammarExample])
  func quantities(_ example: GrammarExample) {
    #expect(ResourceQuantity.problem(in: example.text)?.offset == example.offset)
  }

  @Test(
    arguments: [
      ("s3://ml-models", nil), ("s3://ml-models/", nil), ("s3://ml-models/a/b/", nil), ("gs://b/x_y~z", nil),
      ("file:///srv/models", nil), ("file://", nil), ("https://h.example:8443/a", nil),
      ("oci://ghcr.io/org/m:v1@x", nil),
      ("hf://org/model", nil), ("mlflow://h/a", nil), ("abfss://c/a", nil), ("az://c/a", nil), ("s3://b//a", nil),
      ("s3://b/.../a", nil),
      ("", 0), ("ml-models", 9), ("s3:/b", 2), ("S3://b", 0), ("http://b", 0), ("ftp://b", 0), ("s3://", 5),
      ("s3:///a", 5),
      ("https://u:p@h/a", 11), ("abfss://c@h/a", 9), ("s3://b?x", 6), ("s3://b#x", 6), ("s3://b/a?x", 8),
      ("s3://b/a#x", 8), ("s3://b/a%2fb", 8), ("s3://b%2f", 6), ("s3://b/./a", 7), ("s3://b/..", 7),
      ("s3://b/a/../c", 9),
      ("s3://b/a b", 8), ("s3://b/a\\b", 8), ("s3://b\\@c", 6), ("s3://b/é", 7), ("s3://é", 5), ("https://h:/a", 10),
      ("https://h:0/a", 10), ("https://h:65536/a", 10), ("https://h:1x/a", 11), ("https://a..b/", 10),
      ("https://.a/", 8),
      ("s3://b/a\n", 8), ("https://[::1]/", 8),
    ] as [GrammarExample])
  func registries(_ example: GrammarExample) {
    #expect(RegistryURI.problem(in: example.text)?.offset == example.offset)
  }

  @Test(arguments: [
    ("s3://ml-models/a/b", "s3://ml-models/", true), ("s3://ml-models", "s3://ml-models/", true),
    ("s3://ml-models/a", "s3://ml-models/a/", true), ("s3://ML-models/a", "s3://ml-Models/a", true),
    ("s3://ml-models-evil/a", "s3://ml-models/", false), ("s3://ml-models/ab", "s3://ml-models/a", false),
    ("gs://ml-models/a", "s3://ml-models/", false), ("s3://ml-models/A", "s3://ml-models/a", false),
    ("s3://ml-models", "s3://ml-models/a", false), ("https://h:443/a", "https://h/a", false),
    ("https://h:0443/a", "https://h:443/a", true), ("s3://ml-models//a", "s3://ml-models/a", false),
    ("file:///srv/x", "file:///srv", true), ("file://h/srv/x", "file:///srv", false),
  ])
  func below(_ text: String, _ prefix: String, _ isBelow: Bool) throws {
    #expect(try RegistryURI(text).lies(below: RegistryURI(prefix)) == isBelow)
  }

  @Test(
    arguments: [
      ("/api/v1/predict/segmentation", nil), ("/a", nil), ("/a.b_c~d-e", nil), ("/...", nil),
      ("", 0), ("a", 0), ("/", 0), ("/a/", 2), ("//a", 1), ("/a//b", 3), ("/.", 1), ("/a/../b", 3), ("/a?b", 2),
      ("/a#b", 2),
      ("/a%2fb", 2), ("/a:b", 2), ("/é", 1), ("/a b", 2), ("/a\n", 2), ("/{x}", 1), ("/a/\u{301}b", 3),
    ] as [GrammarExample])
  func endpoints(_ example: GrammarExample) {
    #expect(InferenceEndpoint.problem(in: example.text)?.offset == example.offset)
  }

  @Test(
    arguments: [
      ("X-Model-Version", nil), ("a", nil), ("!#$%&'*+-.^_`|~09", nil), ("", 0), ("X Y", 1), ("X:", 1), ("é", 0),
      ("a\r\n", 1),
      ("a(b)", 1), (String(repeating: "a", count: 256), 255),
    ] as [GrammarExample])
  func headers(_ example: GrammarExample) {
    #expect(HeaderName.problem(in: example.text)?.offset == example.offset)
    #expect(CookieName.problem(in: example.text)?.offset == example.offset)
  }

  @Test(
    arguments: [
      ("sha256:" + String(repeating: "0a", count: 32), nil), ("sha256:" + String(repeating: "0", count: 63), 70),
      ("sha256:" + String(repeating: "0", count: 65), 71), ("sha256:" + String(repeating: "0A", count: 32), 8),
      ("sha256:xyz", 7), ("sha256:", 7), ("sha512:00", 0), ("", 0), ("SHA256:00", 0), ("sha256:é", 7),
      ("sha256:" + String(repeating: "0", count: 64) + "\n", 71),
    ] as [GrammarExample])
  func digests(_ example: GrammarExample) {
    #expect(Digest.problem(in: example.text)?.offset == example.offset)
  }

  @Test(
    arguments: [
      ("silhouette_score", nil), ("精度", nil), ("a b", nil), ("", 0), ("a\n", 1), ("é\u{7F}", 2), ("a\u{85}", 1),
      ("a\u{2028}", 1), (String(repeating: "a", count: 256), 255),
    ] as [GrammarExample])
  func metrics(_ example: GrammarExample) {
    #expect(MetricName.problem(in: example.text)?.offset == example.offset)
  }

  @Test func quotingIsBoundedAndHarmless() {
    #expect(ValueProblem.quoted("a\u{1B}[31m`\u{202E}b".utf8) == "`a\u{FFFD}[31m\u{FFFD}\u{FFFD}b`")
    #expect(ValueProblem.quoted(String(repeating: "語", count: 9999).utf8) == "`\(String(repeating: "語", count: 40))…`")
  }
}
