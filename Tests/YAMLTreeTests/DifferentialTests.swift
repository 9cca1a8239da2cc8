import Foundation
import TestSizes
import Testing

@testable import YAMLTree

/// What we accept must read the same elsewhere: thousands of mutated texts, compared with Python's readers.
@Suite struct DifferentialTests {
  /// The seed of the mutations; `MLOPS_FUZZ_SEED` sets another one.
  static let seed = ProcessInfo.processInfo.environment["MLOPS_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

  static let manifests: [String] = [
    "apiVersion: mlops/v1\nkind: ModelRouting\nspec:\n  routes:\n    - weight: 80\n      name: primary # most\n",
    "metadata: {name: \"a-b\", labels: ['x', y, 1]}\nspec:\n  ok: true\n  t: 0.12\n  who:\n  - ml-opsリード\n  - \"é\\n\"\n",
    "note: |\n  one\n   two\n\n  three\nfold: >-\n  a\n  b\n\n  c\nempty:\nlast: s3://m/x\n",
    "---\na: 1\n---\n- b\n- [c, {d: ~}]\n-\n  - 'it''s'\n  - e: f\n    g: h\n...\n",
    "plain: some words\n  on two lines\nquoted: \"two\n  lines \\\n  joined\"\nsingle: 'x\n\n  y'\nk: null\n",
  ]
  static let evidence: [String] = [
    "{\"metrics\": {\"silhouette_score\": 0.47, \"p99\": \"80ms\", \"n\": {\"value\": -1.5e3, \"unit\": \"s\"}}, \"l\": [1, 2]}",
    "[\"\\ud83d\\ude00\", \"リ\\u00e9\\n\\\"\\\\\", true, false, null, {\"a\": {}, \"b\": []}, 0, -0.5E+7]\n",
  ]

  @Test func mutatedYAMLReadsAsInPython() throws {
    var mutator = Mutator(seed: Self.seed)
    var lines: [String] = []
    let wanted = TestSize.of(5_000, soak: 100_000)
    var tried = 0
    while lines.count < wanted {
      let index = tried
      tried += 1
      let good = Array(Self.manifests[index % Self.manifests.count].utf8)
      let bytes = index < Self.manifests.count ? good : mutator.mutate(good)
      let stream = YAMLReader.read(bytes)
      if index < Self.manifests.count { #expect(stream.problems.isEmpty, "\(stream.problems)") }
      guard stream.problems.isEmpty else { continue }
      #expect(!stream.documents.isEmpty)
      lines.append(line(bytes, stream.documents))
    }
    // A mutation that leaves too few texts readable would make this run for ever.
    #expect(tried < wanted * 10)
    guard try compare(lines[...], script: Self.yamlScript, needs: "import yaml") else { return }
    TestSize.note(
      "YAML: PyYAML", "\(TestSize.shown(tried)) texts, \(TestSize.shown(lines.count)) accepted and compared, 0 differ")
    guard try compare(lines[...], script: Self.newYAMLScript, needs: "import ruamel.yaml") else { return }
    TestSize.note("YAML 1.2: ruamel.yaml", "the same \(TestSize.shown(lines.count)), 0 differ")
  }

  @Test func mutatedJSONReadsAsInPython() throws {
    var mutator = Mutator(seed: Self.seed &+ 1)
    var lines: [String] = []
    for index in 0..<TestSize.of(12_000, soak: 400_000) {
      let good = Array(Self.evidence[index % Self.evidence.count].utf8)
      let bytes = index < Self.evidence.count ? good : mutator.mutate(good)
      let (node, problems) = JSONReader.read(bytes)
      if index < Self.evidence.count { #expect(problems.isEmpty, "\(problems)") }
      guard problems.isEmpty else { continue }
      lines.append(line(bytes, [try #require(node)]))
    }
    #expect(lines.count > 500)
    guard try compare(lines[...], script: Self.jsonScript, needs: "import json") else { return }
    TestSize.note("JSON: Python's `json`", "\(TestSize.shown(lines.count)) accepted and compared, 0 differ")
  }

  /// Long manifests, so that libyaml's buffers end in the middle of characters and tokens.
  @Test func longTextsKeepTheirPlaces() {
    let row = "  - name: リード\n    value: \"é\"\n"
    let text = "items:\n" + String(repeating: row, count: 1_600) + "items: x\n"
    let stream = YAMLReader.read(Array(text.utf8))
    #expect(stream.problems.map(\.mark) == [Mark(line: 3_202, column: 1, offset: 7 + 1_600 * row.utf8.count)])
    #expect(stream.documents.first?["items"]?.sequence?.last?["name"]?.mark.offset == 7 + 1_599 * row.utf8.count + 10)
  }

  /// A text and its trees as one line of JSON.
  private func line(_ bytes: [UInt8], _ documents: [Node]) -> String {
    "{\"text\":\"\(Data(bytes).base64EncodedString())\",\"trees\":[\(documents.map(json).joined(separator: ","))]}"
  }

  private func json(_ node: Node) -> String {
    switch node.content {
    case .scalar(let scalar): return "[\"s\",\(json(scalar.text)),\"\(name(of: scalar.type))\"]"
    case .sequence(let items): return "[\"l\"" + items.map { "," + json($0) }.joined() + "]"
    case .mapping(let pairs): return "[\"m\"" + pairs.map { ",[\(json($0.key)),\(json($0.value))]" }.joined() + "]"
    }
  }

  private func json(_ text: String) -> String {
    "\""
      + text.utf16.map {
        "\\u" + String(repeating: "0", count: 4 - String($0, radix: 16).count) + String($0, radix: 16)
      }
      .joined() + "\""
  }

  private func name(of type: ScalarType) -> String {
    switch type {
    case .string: "str"
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int: "int"
    case .float: "float"
    case .ambiguous: "?"
    }
  }

  /// Runs a script once over all lines; it prints a line for each difference.
  ///
  /// False, with a loud line, where Python or what it needs is not there, which in CI is a failure.
  private func compare(_ lines: ArraySlice<String>, script: String, needs: String) throws -> Bool {
    guard try run(["-c", needs]).status == 0 else {
      let words = "SKIPPED: `\(needs)` fails in Python; `scripts/test-tools.sh` installs it"
      if ProcessInfo.processInfo.environment["CI"] == "true" { Issue.record("\(words)") }
      FileHandle.standardError.write(Data((words + "\n").utf8))
      return false
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "cases.jsonl")
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    let (status, output) = try run(["-c", script, file.path])
    #expect(status == 0, "\(output.prefix(6_000))")
    #expect(output.hasPrefix("compared \(lines.count)\n"), "\(output.prefix(6_000))")
    return status == 0
  }

  /// The Python that `scripts/test-tools.sh` makes, with readers of a known version; else the machine's.
  private static let python: String = {
    let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardized
    let path = root.appending(path: ".build/tools/venv/bin/python").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : "python3"
  }()

  private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [Self.python] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  /// PyYAML: YAML 1.1.
  private static let yamlScript =
    """
    import yaml
    def documents(text): return yaml.compose_all(text, Loader=yaml.SafeLoader)
    def construct(text): return list(yaml.safe_load_all(text))
    def truth(text): return yaml.constructor.SafeConstructor.bool_values[text.lower()]

    """ + yamlComparison

  /// ruamel.yaml: YAML 1.2.
  private static let newYAMLScript =
    """
    import ruamel.yaml
    def documents(text):
      composer = ruamel.yaml.YAML(typ="safe", pure=True).get_constructor_parser(text)[0].composer
      while composer.check_node(): yield composer.get_node()
    def construct(text): return list(ruamel.yaml.YAML(typ="safe", pure=True).load_all(text))
    def truth(text): return text.lower() == "true"

    """ + yamlComparison

  private static let yamlComparison = """
    import base64, json, sys
    def tree(node):
      if hasattr(node, "value") and isinstance(node.value, str):
        kind = str(node.tag).rsplit(":", 1)[1]
        if kind == "bool": kind = "true" if truth(node.value) else "false"
        return ["s", node.value, kind]
      if str(node.tag).endswith(":seq"): return ["l"] + [tree(item) for item in node.value]
      return ["m"] + [[key.value if str(key.tag).endswith(":str") else None, tree(value)] for key, value in node.value]
    def match(ours, theirs):
      if ours[0] != theirs[0] or len(ours) != len(theirs): return False
      if ours[0] == "s": return ours[1] == theirs[1] and ours[2] in ("?", theirs[2])
      if ours[0] == "l": return all(match(a, b) for a, b in zip(ours[1:], theirs[1:]))
      return all(a[0] == b[0] and match(a[1], b[1]) for a, b in zip(ours[1:], theirs[1:]))
    report, count = [], 0
    for count, line in enumerate(open(sys.argv[1]), 1):
      case = json.loads(line)
      text = base64.b64decode(case["text"]).decode("utf-8")
      try:
        theirs = [tree(node) for node in documents(text)]
        if count % 4 == 0 and '"?"' not in line: construct(text)
        same = len(theirs) == len(case["trees"]) and all(match(a, b) for a, b in zip(case["trees"], theirs))
        if not same: report.append(repr((text, case["trees"], theirs)))
      except Exception as error:
        report.append(repr((text, type(error).__name__, str(error)[:200])))
    print("compared", count if not report else "with %d differences" % len(report))
    print("\\n".join(report))
    sys.exit(bool(report))
    """

  private static let jsonScript = """
    import base64, json, sys
    def unique(pairs):
      if len({key for key, _ in pairs}) != len(pairs): raise ValueError("duplicate key")
      return dict(pairs)
    def match(ours, value):
      if ours[0] == "l": return type(value) is list and len(value) == len(ours) - 1 and all(map(match, ours[1:], value))
      if ours[0] == "m":
        return type(value) is dict and list(value) == [pair[0] for pair in ours[1:]] and all(
          match(pair[1], value[pair[0]]) for pair in ours[1:])
      if type(value) is str: return ours[2] == "str" and ours[1] == value
      if value is None or type(value) is bool: return ours[1] == json.dumps(value)
      return repr(type(value)(ours[1])) == repr(value)
    def refuse(text): raise ValueError(text)
    report, count = [], 0
    for count, line in enumerate(open(sys.argv[1]), 1):
      case = json.loads(line)
      text = base64.b64decode(case["text"]).decode("utf-8")
      try:
        value = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
        if not match(case["trees"][0], value): report.append(repr((text, case["trees"], value)))
      except Exception as error:
        report.append(repr((text, type(error).__name__, str(error)[:200])))
    print("compared", count if not report else "with %d differences" % len(report))
    print("\\n".join(report))
    sys.exit(bool(report))
    """
}
