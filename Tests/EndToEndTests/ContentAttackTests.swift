import Foundation
import Testing

/// What hostile content does: sections D to G, I and J of the catalogue.
@Suite("Attacks by content") struct ContentAttackTests {
  let promoted = Deployment(version: "v1.1.0")
  static let aiko = "Approved-by: Aiko Tanaka <aiko@example.com>\n"
  static let ken = "Approved-by: Ken Sato <ken@example.com>\n"

  // MARK: D. Trailers

  /// A message with the checks of which at least one has to fail; none: accepted.
  struct Message: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var checks: [String]
    init(_ description: String, _ text: String, _ checks: String...) {
      (testDescription, self.text, self.checks) = (description, text, checks)
    }
  }

  static let messages: [Message] = [
    Message("73: a middle paragraph", "x\n\n\(aiko)\(ken)\nlast words\n", "approval/missing", "approval/malformed"),
    Message(
      "75: prose beside a sign-off", "x\n\nprose\nSigned-off-by: a <a@example.com>\n\(aiko)\(ken)", "approval/malformed"
    ),
    Message(
      "76: much prose", "x\n\n" + (0..<8).map { "prose \($0)\n" }.joined() + aiko + ken, "approval/missing",
      "approval/malformed"),
    Message(
      "77: a cherry-picked line",
      "x\n\n\(aiko)\(ken)(cherry picked from commit 1111111111111111111111111111111111111111)\n"),
    Message("79: no blank line behind the subject", "x\n\(aiko)\(ken)", "approval/missing", "approval/malformed"),
    Message(
      "80: a folded value", "x\n\n\(ken)Approved-by: mallory\n Aiko Tanaka <aiko@example.com>\n", "approval/malformed"),
    Message(
      "81: a value on the next line", "x\n\n\(ken)Approved-by:\n Aiko Tanaka <aiko@example.com>\n", "approval/malformed"
    ),
    Message("83: behind a divider", "x\n\n---\n\n\(aiko)\(ken)", "approval/malformed"),
    Message(
      "84: behind scissors", "x\n\n# ------------------------ >8 ------------------------\n\n\(aiko)\(ken)",
      "approval/malformed"),
    Message("85: comments behind it", "x\n\n\(aiko)\(ken)# Conflicts:\n#\tx\n", "approval/malformed"),
    Message("87: a form feed for a blank line", "x\n\u{c}\n\(aiko)\(ken)", "approval/missing", "approval/malformed"),
    Message("88: lone CRs", "x\n\n\(aiko)\rApproved-by: Ken Sato <ken@example.com>\r", "approval/malformed"),
    Message(
      "88: CR before LF is a line end",
      "x\r\n\r\nApproved-by: Aiko Tanaka <aiko@example.com>\r\nApproved-by: Ken Sato <ken@example.com>\r\n"),
    Message("89: another case of the key", "x\n\n\(aiko)aPPROVED-bY: Ken Sato <ken@example.com>\n"),
    Message(
      "89: a space before the colon", "x\n\n\(aiko)Approved-by : Ken Sato <ken@example.com>\n", "approval/malformed"),
    Message("91: a no-break space", "x\n\n\(aiko)Approved-by: \u{a0}ken@example.com\n", "approval/missing"),
    Message(
      "92: a key with a space", "x\n\n\(aiko)\nApproved by: Ken Sato <ken@example.com>\n", "approval/missing",
      "approval/malformed"),
    Message(
      "92: a key with another hyphen", "x\n\n\(aiko)Approved\u{2010}by: Ken Sato <ken@example.com>\n",
      "approval/missing"),
    Message("93: an empty value", "x\n\n\(aiko)Approved-by: \n", "approval/malformed"),
    Message("95: a signature below", "x\n\n\(aiko)\(ken)-- \nme\n", "approval/missing", "approval/malformed"),
    Message(
      "97: a combining mark behind the colon", "x\n\n\(aiko)Approved-by:\u{301} Ken Sato <ken@example.com>\n",
      "approval/missing"),
    Message("59: one person twice", "x\n\n\(aiko)\(aiko)Approved-by: aiko@old.example.com\n", "approval/missing"),
    Message(
      "60: a Cyrillic look-alike", "x\n\n\(aiko)Approved-by: Ken Sato <k\u{435}n@example.com>\n", "approval/missing"),
    Message(
      "60: a zero-width space", "x\n\n\(aiko)Approved-by: Ken Sato <ken\u{200b}@example.com>\n", "approval/missing"),
    Message(
      "61: the Kelvin sign is no k", "x\n\n\(aiko)Approved-by: Ken Sato <\u{212a}en@example.com>\n", "approval/missing"),
    Message("63: a part of an address", "x\n\n\(aiko)Approved-by: Ken Sato <.*@example.com>\n", "approval/missing"),
  ]

  @Test("approvals count as git and we both read them, or not at all", arguments: messages)
  func trailers(_ message: Message) throws {
    let scene = try Scene()
    try scene.clone.commit(message.text, [promoted.path: promoted.yaml])
    let result = try scene.clone.checkAndPush()
    guard !message.checks.isEmpty else { return expectAccepted(result) }
    expectRefused(result, [], exactly: false)
    #expect(!result.report.checks.isDisjoint(with: message.checks), "\(result.transcript)")
    #expect(result.report.checks.allSatisfy { $0.hasPrefix("approval/") }, "\(result.transcript)")
  }

  @Test("99: notes and tag messages are no approvals") func notes() throws {
    let scene = try Scene()
    try scene.clone.commit("x", [promoted.path: promoted.yaml])
    try scene.clone.git("notes", "add", "-m", Self.aiko + Self.ken, try scene.clone.tip())
    try scene.clone.git("tag", "-a", "-m", "v1\n\n" + Self.aiko + Self.ken, "v1", try scene.clone.tip())
    expectRefused(try scene.clone.push("refs/notes/commits", "v1", "main"), "approval/missing", at: promoted.path)
  }

  // MARK: E. Metrics

  /// A threshold against a measured value.
  struct Measure: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var threshold: String
    var value: String
    var checks: [String]
    init(_ description: String, _ threshold: String, _ value: String, _ checks: String...) {
      (testDescription, self.threshold, self.value, self.checks) = (description, threshold, value, checks)
    }
  }

  static let measures: [Measure] = [
    Measure("105: a number without a unit", "<100ms", "0.1", "metric/unit"),
    Measure("105: seconds against milliseconds", "<100ms", "\"0.1s\"", "metric/threshold"),
    Measure("105: an unknown unit", "<100ms", "\"0.1m\"", "model/invalid"),
    Measure("107: an infinity as text", ">0.45", "\"Infinity\"", "model/invalid"),
    Measure("107: an overflow", ">0.45", "1e1000", "model/invalid"),
    Measure("107: NaN", ">0.45", "NaN", "model/invalid"),
    Measure("108: a hexadecimal number", ">0.45", "\"0x10\"", "model/invalid"),
    Measure("108: a comma for the point", ">0.45", "\"1,5\"", "model/invalid"),
    Measure("108: a NUL behind the number", ">0.45", "\"1e5\\u0000\"", "model/invalid"),
    Measure("108: digits of another script", ">0.45", "\"\u{0661}\"", "model/invalid"),
    Measure("109: the metric twice", ">0.45", "0.1, \"m\": 0.9", "model/invalid"),
    Measure("111: null", ">0.45", "null", "model/invalid"),
    Measure("111: true", ">0.45", "true", "model/invalid"),
    Measure("112: a reversed operator", "=>0.45", "0.5", "manifest/value"),
    Measure("112: two operators", ">>0.45", "0.5", "manifest/value"),
    Measure("112: an alternative", ">0.45 || >0", "0.5", "manifest/value"),
    Measure("112: a sign of mathematics", "\u{2265}0.45", "0.5", "manifest/value"),
    Measure("112: nothing", "", "0.5", "manifest/value"),
    Measure("115: percent of a plain number", ">0.45", "\"45%\"", "metric/threshold"),
    Measure("exactness beyond doubles", ">0.45", "0.45000000000000000000", "metric/threshold"),
    Measure("exactness beyond doubles, above", ">0.45", "0.45000000000000000000000000000001"),
  ]

  @Test("a number is compared as it is written, or refused", arguments: measures) func metrics(_ measure: Measure)
    throws
  {
    let scene = try Scene()
    let evidence = """
      {"name": "segmentation", "version": "v2.0.0", "metrics": {"m": \(measure.value)},
       "shadow_test": {"passed": true}, "artifacts": []}
      """
    let deployment = Deployment(version: "v2.0.0", metrics: [("m", "\"\(measure.threshold)\"")])
    try scene.clone.commit(
      Fixtures.approved("x"), [Fixtures.evidencePath("v2.0.0"): evidence, deployment.path: deployment.yaml])
    let result = try scene.clone.checkAndPush()
    guard let check = measure.checks.first else { return expectAccepted(result) }
    expectRefused(result, check, exactly: false)
  }

  @Test("101: evidence that an earlier push published is not mended by a later one") func laterEvidence() throws {
    let scene = try Scene()
    try scene.clone.commit(
      "Nothing to see", [Fixtures.evidencePath("v9.0.0"): Fixtures.evidence("v9.0.0", silhouette: "0.9")])
    expectRefused(try scene.clone.checkAndPush(), "model/immutable", at: "models/segmentation/v9.0.0")
  }

  @Test("117: deep or huge evidence is refused before it is read") func deepEvidence() throws {
    let scene = try Scene()
    for text in [
      String(repeating: "[", count: 100_000), "{\"name\": \"" + String(repeating: "x", count: 1_100_000) + "\"}",
    ] {
      try scene.clone.commit(
        Fixtures.approved("x"),
        [Fixtures.evidencePath("v2.0.0"): text, Deployment().path: Deployment(version: "v2.0.0").yaml], from: scene.base
      )
      expectRefused(
        try scene.clone.checkAndPush(), "model/invalid", at: Fixtures.evidencePath("v2.0.0"), exactly: false)
    }
  }

  // MARK: F. YAML

  static let yaml: [Message] = [
    Message("120: an alias bomb", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "manifest/unsupported"),
    Message("121: an alias of nothing", "a: *a\n", "manifest/unsupported", "manifest/syntax"),
    Message("123: an alias for a key", "a: &x kind\n*x : ModelDeployment\n", "manifest/unsupported"),
    Message("124: a tag of another language", "!!python/object:os.system {}\n", "manifest/unsupported"),
    Message(
      "125: a harmless document before an evil one", "a: 1\n---\n" + Deployment(version: "v9.0.0").yaml,
      "manifest/schema"),
    Message("127: comments alone", "# nothing\n", "manifest/unsupported"),
    Message("127: a lone separator", "---\n", "manifest/schema", "manifest/unsupported"),
    Message("128: two byte order marks", "\u{feff}\u{feff}" + Deployment().yaml, "manifest/unsupported"),
    Message(
      "129: a paragraph separator", Deployment(version: "v1.1.0").yaml + "# x\u{2029}# y\n", "manifest/unsupported"),
    Message("129: a lone CR", Deployment(version: "v1.1.0").yaml + "# x\r# y\n", "manifest/unsupported"),
    Message("131: a NUL", Deployment(version: "v1.1.0").yaml + "# \0\n", "manifest/unsupported", "manifest/syntax"),
    Message("132: a tab for indentation", "a:\n\tb: 1\n", "manifest/syntax"),
    Message("133: a mapping that never ends", String(repeating: "{a: ", count: 75_000), "manifest/syntax"),
    Message(
      "135: the country Norway",
      Deployment(version: "v1.1.0").yaml.replacingOccurrences(
        of: "shadow_test_passed: true", with: "shadow_test_passed: yes"), "manifest/value", "manifest/schema"),
    Message(
      "135: sexagesimal", Deployment(version: "v1.1.0", replicas: "1:20").yaml, "manifest/value", "manifest/schema"),
    Message("136: a list for a key", "? [a]\n: 1\n", "manifest/unsupported", "manifest/syntax"),
    Message(
      "137: a block scalar for a name",
      Deployment(version: "v1.1.0").yaml.replacingOccurrences(
        of: "  name: segmentation\n  names", with: "  name: |\n    segmentation\n  names"), "manifest/value",
      "manifest/location"),
  ]

  @Test("YAML that readers differ about is refused", arguments: yaml) func hostileYAML(_ message: Message) throws {
    let scene = try Scene()
    try scene.clone.commit(Fixtures.approved("x"), [promoted.path: message.text])
    let start = Date()
    let result = try scene.clone.checkAndPush()
    #expect(Date().timeIntervalSince(start) < 10)
    expectRefused(result, [], exactly: false)
    #expect(
      result.report.problems.contains { message.checks.contains($0.check) && $0.text.hasPrefix(promoted.path) },
      "\(result.transcript)")
  }

  @Test("139: JSON that keeps the rules is YAML too") func json() throws {
    let scene = try Scene()
    let json = """
      {"apiVersion": "mlops/v1", "kind": "ModelDeployment", "metadata": {"name": "segmentation", "namespace": "production"},
       "spec": {"model": {"registry": "s3://ml-models/company/", "name": "segmentation", "version": "v1.1.0"}, "environment": "production",
        "serving": {"replicas": 3, "resources": {"cpu": "2", "memory": "4Gi"}, "inference_endpoint": "/v1/predict/segment"},
        "promotion_criteria": {"shadow_test_passed": true, "evaluation_metrics": {"silhouette_score": ">0.45"},
         "approval_required": true, "approvers": ["ml-opsリード", "ビジネスユニットLG"]}}}
      """
    try scene.clone.commit(Fixtures.approved("x"), [promoted.path: json])
    expectAccepted(try scene.clone.checkAndPush())
  }

  // MARK: G. Trees

  /// Pushes an approved commit of a tree in which one folder is replaced by illegal entries.
  private func hostileTree(
    _ folder: [String], _ build: (HostileObjects, String, String) throws -> [HostileObjects.Entry]
  ) throws -> PushResult {
    let scene = try Scene()
    let hostile = HostileObjects(scene.clone)
    let good = try hostile.blob(promoted.yaml)
    let evil = try hostile.blob(Deployment(version: "v9.0.0").yaml)
    let inner = try hostile.tree(try build(hostile, good, evil))
    let root = try scene.clone.git("rev-parse", "\(scene.base)^{tree}")
    let tree = folder.isEmpty ? inner : try hostile.tree(root, replacing: folder, by: inner)
    let commit = try hostile.commit(tree: tree, parents: [scene.base], message: Fixtures.approved("x"))
    return try RawReceivePack(scene.clone).push(
      [.init(scene.base, commit, "refs/heads/main")], pack: [commit, "^\(scene.base)"])
  }

  static let trees: [(name: String, entries: @Sendable (String, String) -> [HostileObjects.Entry])] = [
    ("141: one name twice", { [.init("100644", "segmentation.yaml", $0), .init("100644", "segmentation.yaml", $1)] }),
    ("144: unsorted names", { [.init("100644", "z.yaml", $0), .init("100644", "segmentation.yaml", $1)] }),
    ("145: a dot", { good, _ in [.init("100644", ".", good)] }),
    ("145: two dots", { [.init("100644", "..", $0), .init("100644", "segmentation.yaml", $1)] }),
    ("a slash in a name", { good, _ in [.init("100644", "a/segmentation.yaml", good)] }),
    ("an odd mode", { [.init("100600", "segmentation.yaml", $0), .init("100777", "x.yaml", $1)] }),
    ("a mode with leading zeros", { [.init("0100644", "segmentation.yaml", $0), .init("100644", "x.yaml", $1)] }),
  ]

  @Test("141, 144, 145: a tree that readers disagree about is refused", arguments: trees.indices)
  func malformedTree(_ index: Int) throws {
    let result = try hostileTree(["deployments", "production"]) { Self.trees[index].entries($1, $2) }
    expectRefused(result, "tree/malformed", exactly: false)
  }

  static let names: [(name: String, bytes: [UInt8])] = [
    ("145: .git", Array(".git".utf8)),
    ("147: not composed", Array("cafe\u{301}.yaml".utf8)),
    ("148: a combining mark first", Array("\u{301}segmentation.yaml".utf8)),
    ("149: invalid UTF-8", [0xff, 0xfe] + Array(".yaml".utf8)),
    ("155: a space behind the extension", Array("segmentation.yaml ".utf8)),
    ("155: another case of the extension", Array("segmentation.YAML".utf8)),
    ("155: a backup", Array("segmentation.yaml~".utf8)),
    ("192: an escape sequence", Array("\u{1b}]0;owned\u{7}.yaml".utf8)),
    ("193: a forged verdict", Array("x\nmlops-hook: ACCEPTED".utf8)),
    ("a name of 4 KiB", [UInt8](repeating: UInt8(ascii: "x"), count: 4096)),
  ]

  @Test("147-149, 155, 192, 193: a hostile name is refused and shown harmlessly", arguments: names.indices)
  func hostileName(_ index: Int) throws {
    let result = try hostileTree(["deployments", "production"]) { _, good, _ in
      [.init("100644", bytes: Self.names[index].bytes, good)]
    }
    expectRefused(result, [], exactly: false)
    #expect(!result.report.checks.isDisjoint(with: ["manifest/location", "tree/malformed"]), "\(result.transcript)")
    for line in result.report.lines {
      #expect(
        line.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) },
        "\(line.debugDescription)")
      #expect(!line.hasPrefix("mlops-hook: ACCEPTED"))
      #expect(line.utf8.count < 2048, "a line of \(line.utf8.count) bytes")
    }
  }

  @Test("143, 153: a governed root must be one folder") func governedRoot() throws {
    let twice = try hostileTree([]) { hostile, good, _ in
      let folder = try hostile.tree([.init("100644", "x.yaml", good)])
      return [.init("100644", "deployments", good), .init("40000", "deployments", folder)]
    }
    expectRefused(twice, "tree/malformed", exactly: false)
    for mode in ["100644", "120000", "160000"] {
      let result = try hostileTree([]) { _, good, _ in [.init(mode, "deployments", good)] }
      expectRefused(result, "manifest/location", exactly: false)
    }
  }

  @Test(
    "152, 163: submodules below governed roots are refused",
    arguments: ["deployments/production/x.yaml", "models/segmentation/v2.0.0/x", "models/sub"])
  func submodules(_ path: String) throws {
    let scene = try Scene()
    try scene.clone.commit(
      Fixtures.approved("x"), [path: scene.base], modes: [path: "160000"])
    let result = try scene.clone.checkAndPush()
    expectRefused(result, [], at: nil, exactly: false)
    #expect(result.report.problems.contains { $0.text.hasPrefix(path) }, "\(result.transcript)")
  }

  @Test("161: attributes change nothing: the blob is judged") func attributes() throws {
    let scene = try Scene()
    let bad = Deployment(version: "v9.0.0")
    try scene.clone.commit(
      Fixtures.approved("x"),
      [".gitattributes": "*.yaml export-ignore -diff working-tree-encoding=UTF-16 filter=lfs\n", bad.path: bad.yaml])
    expectRefused(try scene.clone.checkAndPush(), "metric/threshold", at: bad.path)
  }

  @Test("164: a tree bomb costs nothing") func treeBomb() throws {
    let scene = try Scene()
    let hostile = HostileObjects(scene.clone)
    for root in ["bomb", "models"] {
      var oid = try hostile.blob("x")
      for level in 0..<10 {
        oid = try hostile.tree((0..<10).map { .init(level == 0 ? "100644" : "40000", "f\($0)", oid) })
      }
      let base = try scene.clone.git("rev-parse", "\(scene.base)^{tree}")
      let tree = try hostile.tree(base, replacing: root == "models" ? ["models", "bomb"] : [root], by: oid)
      let commit = try hostile.commit(tree: tree, parents: [scene.base], message: "Bomb\n")
      let start = Date()
      let result = try RawReceivePack(scene.clone).push(
        [.init(scene.base, commit, "refs/heads/main")], pack: [commit, "^\(scene.base)"])
      #expect(Date().timeIntervalSince(start) < 20, "\(root)")
      if root == "models" { #expect(result.status != 0 && result.moved.isEmpty, "\(result.transcript)") }
    }
  }

  @Test("a tree deeper than 16 below a governed root is refused") func deepTree() throws {
    let scene = try Scene()
    let path = "deployments/" + (0..<20).map { "d\($0)" }.joined(separator: "/") + "/README.md"
    try scene.clone.commit(Fixtures.approved("x"), [path: "x\n"])
    expectRefused(try scene.clone.checkAndPush(), "tree/malformed", exactly: false)
  }

  // MARK: I. Output and audit

  @Test("192, 195: nothing of the repository reaches the terminal or the audit raw") func escaped() throws {
    let scene = try Scene()
    let evil = "\u{1b}[2J\u{202e}x\",\"verdict\":\"accepted"
    try scene.clone.commit(
      "\(evil)\n\nApproved-by: \(evil) <x@example.com>\n",
      [promoted.path: promoted.yaml.replacingOccurrences(of: "replicas: 3", with: "\"\\e[2J\": 3")],
      author: "x <x@example.com>")
    let result = try scene.clone.checkAndPush()
    expectRefused(result, [], exactly: false)
    #expect(
      !result.report.text.unicodeScalars.contains { $0.value == 0x1b || $0.value == 0x202e },
      "\(result.report.text.debugDescription)")
    #expect(try scene.sandbox.audit().count == 1, "one push, one record")
  }
}
