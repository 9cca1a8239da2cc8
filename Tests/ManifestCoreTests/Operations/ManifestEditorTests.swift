import Testing

@testable import ManifestCore

/// Edits of manifests where they stand: nothing but the bytes of the value differs.
@Suite struct ManifestEditorTests {
  private static let path: [NodeStep] = .keys("spec", "model", "version")

  @Test func onlyTheVersionsBytesDifferInFourHundredManifests() throws {
    var dice = SplitMix(seed: 20_261_124)
    for round in 0..<400 {
      let manifest = ManifestMaker.make(&dice)
      let text = Array((manifest.before + manifest.written("v1.0.0") + manifest.after).utf8)
      var editor = try ManifestEditor(text)
      let document = try #require(editor.index(of: .deployment), "round \(round)")
      try editor.set(Self.path, of: document, to: "v2.10.0-rc.1+build")
      let result = try editor.result()
      let wanted = Array((manifest.before + manifest.written("v2.10.0-rc.1+build") + manifest.after).utf8)
      #expect(
        result == wanted,
        "round \(round):\n\(String(decoding: text, as: UTF8.self))\n->\n\(String(decoding: result, as: UTF8.self))")
    }
  }

  @Test func theManifestsAreWhatTheyClaim() throws {
    var dice = SplitMix(seed: 7)
    var styles: Set<String> = []
    var sawReturn = false
    var sawFlow = false
    for _ in 0..<200 {
      let manifest = ManifestMaker.make(&dice)
      styles.insert(manifest.style.rawValue)
      sawReturn = sawReturn || manifest.before.utf8.contains(13)
      sawFlow = sawFlow || manifest.isFlow
      let text = Array((manifest.before + manifest.written("v1.0.0") + manifest.after).utf8)
      let file = text.withUnsafeBytes { ManifestFile.read($0) }
      #expect(file.problems.isEmpty, "\(file.problems.map(\.message)):\n\(String(decoding: text, as: UTF8.self))")
      #expect(file.deployment?.model.version?.value == "v1.0.0")
    }
    #expect(styles.count == ManifestMaker.Style.allCases.count && sawReturn && sawFlow)
  }

  @Test(arguments: ["1.10", "no", "010", "1e5", "x: y", "a # b", "", "it's", "say \"x\""])
  func aValueThatReadersTypeDifferentlyIsQuoted(_ value: String) throws {
    var editor = try ManifestEditor(bytes("kind: ModelDeployment\nspec: {model: {version: v1.0.0}} # end\n"))
    try editor.set(Self.path, of: 0, to: value)
    let result = try editor.result()
    #expect(try ManifestEditor(result).documents[0].value(at: Self.path)?.scalar?.text == value)
    #expect(try ManifestEditor(result).documents[0].value(at: Self.path)?.scalar?.isString == true)
  }

  @Test func aBlockOfOneLineIsEditedAndLongerOnesAreNot() throws {
    let text = "kind: ModelDeployment\nspec:\n  model:\n    version: |-\n      v1.0.0\n    name: x\n"
    var editor = try ManifestEditor(bytes(text))
    try editor.set(Self.path, of: 0, to: "v2.0.0")
    #expect(String(decoding: try editor.result(), as: UTF8.self) == text.replacing("v1.0.0", with: "v2.0.0"))
    let folded = "kind: ModelDeployment\nspec:\n  model:\n    version: >-\n      v1\n      .0\n    name: x\n"
    var other = try ManifestEditor(bytes(folded))
    #expect(throws: ManifestEditor.Problem.self) { try other.set(Self.path, of: 0, to: "v2.0.0") }
  }

  @Test func fieldsComeAndGoWithTheirLines() throws {
    for (text, with) in [
      (
        "kind: ModelDeployment\r\nspec:\r\n  model:\r\n    version: v1 # now\r\n    name: x\r\n",
        "kind: ModelDeployment\r\nspec:\r\n  model:\r\n    version: v1 # now\r\n    digest: abc\r\n    name: x\r\n"
      ),
      (
        "kind: ModelDeployment\nspec:\n  model:\n    version: v1",
        "kind: ModelDeployment\nspec:\n  model:\n    version: v1\n    digest: abc"
      ),
      (
        "kind: ModelDeployment\nspec: {model: {version: 'v1', name: x}}\n",
        "kind: ModelDeployment\nspec: {model: {version: 'v1', digest: abc, name: x}}\n"
      ),
    ] {
      var editor = try ManifestEditor(bytes(text))
      try editor.insert("digest", "abc", behind: "version", of: .keys("spec", "model"), in: 0)
      #expect(String(decoding: try editor.result(), as: UTF8.self) == with)
      var back = try ManifestEditor(bytes(with))
      try back.remove("digest", of: .keys("spec", "model"), in: 0)
      let result = String(decoding: try back.result(), as: UTF8.self)
      #expect(result == text || result == text + "\n")
    }
  }

  @Test func documentsComeGoAndAreReplaced() throws {
    let deployment = "# first\nkind: ModelDeployment\nspec: {model: {version: v1}}\n"
    let routing = "kind: ModelRouting # r\nspec: {routes: []}\n"
    let both = deployment + "---\n" + routing
    var editor = try ManifestEditor(bytes(both))
    editor.removeDocument(1)
    #expect(String(decoding: try editor.result(), as: UTF8.self) == deployment)
    let other = try ManifestEditor(bytes("kind: ModelRouting\nspec: {routes: [1]} # other\n"))
    var replaced = try ManifestEditor(bytes(both))
    replaced.replaceDocument(1, with: other, 0)
    #expect(
      String(decoding: try replaced.result(), as: UTF8.self) == deployment
        + "---\nkind: ModelRouting\nspec: {routes: [1]} # other\n")
    var appended = try ManifestEditor(bytes(deployment))
    appended.append(other, 0)
    #expect(
      String(decoding: try appended.result(), as: UTF8.self) == deployment
        + "---\nkind: ModelRouting\nspec: {routes: [1]} # other\n")
  }

  @Test func whatTheGateWouldRefuseIsNotEdited() {
    for text in ["kind: &a ModelDeployment\n", "a: 1\na: 2\n", "{", "", "a: b\u{85}\n"] {
      #expect(throws: ManifestEditor.Problem.self) { try ManifestEditor(bytes(text)) }
    }
  }
}

/// Makes manifests of all shapes that say the same.
struct ManifestMaker {
  /// How the version is written.
  enum Style: String, CaseIterable { case plain, single, double }

  var before: String
  var after: String
  var style: Style
  var isFlow: Bool

  /// The version as this manifest writes it.
  func written(_ version: String) -> String {
    switch style {
    case .plain: version
    case .single: "'\(version)'"
    case .double: "\"\(version)\""
    }
  }

  /// Comments that look like what is edited.
  private static let comments = [
    "# version: v1.0.0", "# &anchor *alias <<: v1.0.0", "# it's \"v1.0.0\" {version: v1.0.0}", "#", "# --- v1.0.0",
    "# モデル v1.0.0 # # '",
  ]

  static func make(_ dice: inout SplitMix) -> ManifestMaker {
    let style = Style.allCases[dice.below(3)]
    let isFlow = dice.below(4) == 0
    let step = String(repeating: " ", count: [2, 4, 3][dice.below(3)])
    func comment(_ dice: inout SplitMix) -> String {
      dice.below(3) == 0 ? "  " + comments[dice.below(comments.count)] : ""
    }
    func own(_ dice: inout SplitMix, _ indent: String) -> [String] {
      dice.below(4) == 0 ? [indent + comments[dice.below(comments.count)]] : []
    }
    var head = dice.below(3) == 0 ? [comments[dice.below(comments.count)]] : []
    if dice.below(3) == 0 { head.append("---") }
    head += ["apiVersion: mlops/v1" + comment(&dice), "kind: ModelDeployment", "metadata:", step + "name: churn"]
    head += [step + "annotations: {was: v1.0.0, 'version': \"v1.0.0\"}" + comment(&dice)]
    // The order of keys is anybody's.
    let fields = ["registry: s3://ml-models/v1.0.0/", "name: churn"]
    let split = dice.below(3)
    var model: [String] = []
    var rest: [String] = []
    for (index, field) in fields.enumerated() { if index < split { model.append(field) } else { rest.append(field) } }
    var tail: [String] = []
    let serving = [
      step + "environment: production", step + "serving:", step + step + "replicas: 3",
      step + step + "resources: {cpu: \"2\", memory: 4Gi}", step + step + "inference_endpoint: /v1/predict/v1.0.0",
      step + "promotion_criteria:", step + step + "shadow_test_passed: true",
      step + step + "evaluation_metrics: {silhouette_score: \">0.45\"}", step + step + "approval_required: false",
    ]
    let goesFirst = dice.below(2) == 0
    var lines = head + ["spec:" + comment(&dice)]
    if goesFirst { lines += serving }
    var before: String
    var after: String
    if isFlow {
      let open = model.map { $0 + ", " }.joined()
      before = step + "model: {" + open + "version: "
      after = rest.map { ", " + $0 }.joined() + "}" + comment(&dice)
    } else {
      lines += [step + "model:" + comment(&dice)] + own(&dice, step + step)
      lines += model.map { step + step + $0 + comment(&dice) }
      before = step + step + "version: " + String(repeating: " ", count: dice.below(3))
      after = comment(&dice)
      tail += own(&dice, step + step) + rest.map { step + step + $0 }
    }
    if !goesFirst { tail += serving }
    if dice.below(3) == 0 {
      tail += [
        "---", "apiVersion: mlops/v1", "kind: ModelRouting", "metadata: {name: churn-ab}", "spec:",
        "  routes: [{weight: 100, model_version: v1.0.0, name: a}]", "  traffic_splitting: {method: weight}",
      ]
    }
    let lineBreak = dice.below(3) == 0 ? "\r\n" : "\n"
    before = lines.map { $0 + lineBreak }.joined() + before
    after += lineBreak + tail.joined(separator: lineBreak) + (dice.below(4) == 0 || tail.isEmpty ? "" : lineBreak)
    return ManifestMaker(before: before, after: after, style: style, isFlow: isFlow)
  }
}

/// A generator of numbers that repeats itself (SplitMix64).
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A number from 0 to below a bound.
  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
