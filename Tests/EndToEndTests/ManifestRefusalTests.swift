import Testing

/// Every check that reads a manifest or evidence refuses at its place.
@Suite("A refused manifest") struct ManifestRefusalTests {
  static let next = Deployment(version: "v1.1.0")

  static let locations: [Refusal] = [
    Refusal(
      "another extension", "manifest/location", at: "deployments/production/x.yml",
      ["deployments/production/x.yml": next.yaml]),
    Refusal(
      "a folder too deep", "manifest/location", at: "deployments/production/a/x.yaml",
      ["deployments/production/a/x.yaml": next.yaml]),
    Refusal("a file too high", "manifest/location", at: "deployments/x.yaml", ["deployments/x.yaml": next.yaml]),
    Refusal(
      "an executable file", "manifest/location", at: next.path, [next.path: next.yaml], modes: [next.path: "100755"]),
    Refusal(
      "a symbolic link", "manifest/location", at: next.path, [next.path: "../x.yaml"], modes: [next.path: "120000"]),
    Refusal(
      "a submodule", "manifest/location", at: next.path, [next.path: "1111111111111111111111111111111111111111"],
      modes: [next.path: "160000"]),
    Refusal(
      "a name that differs by case alone", "manifest/location", ["deployments/production/Segmentation.yaml": next.yaml]),
    Refusal("a look-alike of a governed root", "manifest/location", ["Deployments/production/x.yaml": next.yaml]),
    Refusal(
      "a governed root that is a file", "manifest/location", at: "models", ["models": "x\n"],
      files: ["README.md": "x\n"]),
    Refusal(
      "an executable README", "manifest/location", ["deployments/README.md": "x\n"],
      modes: ["deployments/README.md": "100755"]),
    Refusal(
      "a name that differs from the file's", "manifest/location", in: next, at: "name: other",
      replacing: ("  name: segmentation\n  namespace", "  name: other\n  namespace")),
    Refusal(
      "an environment that differs from the folder", "manifest/location", in: next, at: "environment: staging",
      replacing: ("environment: production", "environment: staging")),
    Refusal(
      "two deployments in one file", "manifest/location", at: next.path,
      [next.path: next.yaml + "---\n" + next.with { $0.endpoint = "/v2" }.yaml]),
    Refusal(
      "an environment that the policy does not list", "manifest/location", at: "deployments/qa/segmentation.yaml",
      ["deployments/qa/segmentation.yaml": next.with { $0.environment = "qa" }.yaml]),
    Refusal(
      "something strange beside the policy", "manifest/location", at: "policies/other.yaml",
      ["policies/other.yaml": "a: 1\n"]),
  ]

  static let syntax: [Refusal] = [
    Refusal("no YAML", "manifest/syntax", at: next.path + ":4:", [next.path: "a: 1\nb: 2\nc: [\n"]),
    Refusal(
      "nesting beyond 32", "manifest/syntax", at: next.path + ":1:", [next.path: String(repeating: "[", count: 40)]),
    Refusal(
      "more than 1 MiB", "manifest/syntax", at: next.path,
      [next.path: "# " + String(repeating: "x", count: 1_100_000) + "\n" + next.yaml]),
    Refusal(
      "more than 10,000 nodes", "manifest/syntax", at: next.path,
      [next.path: "a: [" + String(repeating: "1,", count: 10_001) + "]\n"]),
    Refusal("a byte order mark", "manifest/unsupported", at: next.path + ":1:", [next.path: "\u{feff}" + next.yaml]),
    Refusal(
      "a duplicate key", "manifest/duplicate-key", in: next, at: "replicas: 99",
      replacing: ("    replicas: 3\n", "    replicas: 3\n    \"replic\\u0061s\": 4 # replicas: 99\n")),
    Refusal("an anchor", "manifest/unsupported", in: next, at: "&x", replacing: ("cpu: \"2\"", "cpu: &x \"2\"")),
    Refusal("a tag", "manifest/unsupported", in: next, at: "!!str", replacing: ("cpu: \"2\"", "cpu: !!str \"2\"")),
    Refusal("a directive", "manifest/unsupported", at: next.path + ":1:", [next.path: "%YAML 1.1\n---\n" + next.yaml]),
    Refusal(
      "a merge key", "manifest/unsupported", in: next, exactly: false, at: "<<",
      replacing: ("      cpu: \"2\"\n", "      <<: {cpu: \"2\"}\n")),
    Refusal(
      "a line separator that YAML readers disagree about", "manifest/unsupported", in: next, at: "# note",
      replacing: ("replicas: 3", "replicas: 3 # note\u{85}x")),
    Refusal(
      "a bidi control written as an escape", "manifest/unsupported", in: next, exactly: false, at: "u202E",
      replacing: ("s3://ml-models/company/", "\"s3://ml-models/\\u202Ecompany/\"")),
  ]

  static let schemas: [Refusal] = [
    Refusal("a missing field", "manifest/schema", in: next, replacing: ("    replicas: 3\n", "")),
    Refusal(
      "an unknown field", "manifest/schema", in: next, at: "replica:",
      replacing: ("reference_window_size: 1000", "reference_window_size: 1000\n    replica: 1")),
    Refusal(
      "a text where a number belongs", "manifest/schema", in: next, at: "replicas:",
      replacing: ("replicas: 3", "replicas: \"3\"")),
    Refusal("a foreign kind", "manifest/schema", in: next, at: "kind:", replacing: ("ModelDeployment", "Deployment")),
    Refusal(
      "a foreign apiVersion", "manifest/schema", in: next, at: "apiVersion:", replacing: ("mlops/v1", "mlops/v2")),
    Refusal("an empty file", "manifest/unsupported", at: next.path, [next.path: ""]),
    Refusal("an empty second document", "manifest/unsupported", at: next.path, [next.path: next.yaml + "---\n"]),
    Refusal("no approvers where approval is required", "manifest/schema", in: next.with { $0.approvers = [] }),
    Refusal(
      "a drift configuration with one field missing", "manifest/schema", in: next,
      replacing: ("    monitor_interval_hours: 6\n", "")),
  ]

  static let values: [Refusal] = [
    Refusal(
      "an unquoted number as version", "manifest/value", in: next, at: "version: 1.10",
      replacing: ("version: v1.1.0", "version: 1.10")),
    Refusal(
      "a version with a folder in it", "manifest/value", in: next, at: "version: ..",
      replacing: ("version: v1.1.0", "version: ../v1.1.0")),
    Refusal(
      "a registry with a password", "manifest/value", in: next.with { $0.registry = "s3://me:secret@ml-models/" },
      at: "registry:"),
    Refusal(
      "a registry of an unknown scheme", "manifest/value", in: next.with { $0.registry = "gopher://ml-models/" },
      at: "registry:"),
    Refusal("a digest that is none", "manifest/value", in: next.with { $0.digest = "\"sha256:abc\"" }, at: "digest:"),
    Refusal("a quantity that is none", "manifest/value", in: next.with { $0.memory = "4 GB" }, at: "memory:"),
    Refusal("negative replicas", "manifest/value", in: next.with { $0.replicas = "-1" }, at: "replicas:"),
    Refusal("an octal number", "manifest/value", in: next.with { $0.replicas = "010" }, at: "replicas:"),
    Refusal(
      "an endpoint with dot segments", "manifest/value", in: next.with { $0.endpoint = "/v1/../admin" },
      at: "inference_endpoint:"),
    Refusal(
      "a rollback threshold below the alert's", "manifest/value", in: next.with { $0.rollback = "0.1" },
      at: "auto_rollback_threshold:"),
    Refusal(
      "a threshold without an operator", "manifest/value", in: next.with { $0.metrics[0].1 = "\"0.45\"" },
      at: "silhouette_score:"),
    Refusal(
      "a threshold that is infinite", "manifest/value", in: next.with { $0.metrics[0].1 = "\"<1e9999\"" },
      at: "silhouette_score:"),
    Refusal(
      "a name that is no DNS label", "manifest/value", in: next.with { $0.namespace = "Prod_1" }, at: "namespace:"),
  ]

  static let evidence: [Refusal] = [
    Refusal("a version without evidence", "model/missing", in: Deployment(version: "v7.0.0"), at: "version:"),
    Refusal(
      "evidence of another version", "model/invalid", at: Fixtures.evidencePath("v2.0.0"),
      [
        Deployment().path: Deployment(version: "v2.0.0").yaml,
        Fixtures.evidencePath("v2.0.0"): Fixtures.evidence("v2.0.1"),
      ]),
    Refusal(
      "evidence with a duplicate key", "model/invalid", at: Fixtures.evidencePath("v2.0.0") + ":2:",
      [
        Deployment().path: Deployment(version: "v2.0.0").yaml,
        Fixtures.evidencePath("v2.0.0"): Fixtures.evidence("v2.0.0")
          .replacingOccurrences(
            of: "\"silhouette_score\"", with: "\"silhouette_score\": 0.5, \"silhouette_\\u0073core\""),
      ]),
    Refusal(
      "evidence whose artifact is not there", "model/invalid", at: Fixtures.evidencePath("v2.0.0"),
      [
        Deployment().path: Deployment(version: "v2.0.0").yaml,
        Fixtures.evidencePath("v2.0.0"): Fixtures.evidence(
          "v2.0.0",
          artifacts: "[{\"path\": \"model.onnx\", \"sha256\": \"\(String(repeating: "a", count: 64))\", \"size\": 5}]"),
      ]),
    Refusal(
      "a digest that no artifact has", "model/invalid",
      in: next.with { $0.digest = "sha256:" + String(repeating: "a", count: 64) }),
    Refusal(
      "changed evidence of a published version", "model/immutable", at: "models/segmentation/v1.1.0",
      [Fixtures.evidencePath("v1.1.0"): Fixtures.evidence("v1.1.0", silhouette: "0.99")]),
    Refusal(
      "a file added to a published version", "model/immutable", at: "models/segmentation/v1.1.0",
      ["models/segmentation/v1.1.0/late.bin": "x"]),
    Refusal("removed evidence that a manifest names", "model/immutable", [Fixtures.evidencePath("v1.0.0"): nil]),
    Refusal(
      "a large file that is no git-lfs pointer", "model/lfs", at: "models/segmentation/v2.0.0/model.onnx",
      [
        "models/segmentation/v2.0.0/model.onnx": String(repeating: "x", count: 1_048_577),
        Fixtures.evidencePath("v2.0.0"): Fixtures.evidence("v2.0.0"),
      ]),
    Refusal(
      "a version by somebody who may not publish", "model/publisher", at: "models/segmentation/v2.0.0",
      [Fixtures.evidencePath("v2.0.0"): Fixtures.evidence("v2.0.0")],
      files: Fixtures.people(policy: Fixtures.policy("models: {publishers: [publishers]}")), message: "Publish\n"),
    Refusal(
      "a metric that was not measured", "metric/missing", in: next.with { $0.metrics.append(("recall", "\">0.5\"")) },
      at: "recall:"),
    Refusal(
      "a threshold in another dimension", "metric/unit", in: next.with { $0.metrics[1].1 = "\"<100MB\"" },
      at: "inference_latency_p99:"),
    Refusal(
      "a threshold without the metric's unit", "metric/unit", in: next.with { $0.metrics[1].1 = "\"<100\"" },
      at: "inference_latency_p99:"),
    Refusal(
      "a metric that is not good enough", "metric/threshold", in: next.with { $0.metrics[0].1 = "\">0.47\"" },
      at: "silhouette_score:"),
    Refusal(
      "a metric worse than the baseline allows", "metric/threshold",
      in: Deployment(version: "v9.0.0", metrics: [("silhouette_score", "\">=baseline-0.01\"")]), at: "silhouette_score:"
    ),
    Refusal(
      "a shadow test that did not pass", "metric/shadow-test", at: Deployment().path,
      [
        Deployment().path: Deployment(version: "v2.0.0").yaml,
        Fixtures.evidencePath("v2.0.0"): Fixtures.evidence("v2.0.0", shadow: false),
      ]),
    Refusal(
      "a threshold weaker than the policy's floor", "metric/floor", in: next.with { $0.metrics[0].1 = "\">0.40\"" },
      at: "silhouette_score:",
      files: Fixtures.people(
        policy: Fixtures.policy(environments: "production: {metrics: {silhouette_score: \">0.45\"}}"))),
    Refusal(
      "a floored metric that the manifest leaves out", "metric/threshold",
      in: Deployment(version: "v9.0.0", metrics: [("inference_latency_p99", "\"<100ms\"")]),
      files: Fixtures.people(
        policy: Fixtures.policy(environments: "production: {metrics: {silhouette_score: \">0.45\"}}"))),
    Refusal(
      "a shadow test that the policy requires", "metric/shadow-test", at: Deployment().path,
      [
        Deployment().path: Deployment(version: "v2.0.0", shadow: "false").yaml,
        Fixtures.evidencePath("v2.0.0"): Fixtures.evidence("v2.0.0", shadow: false),
      ], files: Fixtures.people(policy: Fixtures.policy(environments: "production: {shadow_test: required}"))),
  ]

  static let abPath = "deployments/production/segmentation-ab.yaml"
  static func ab(_ first: String, _ second: String, version: String = "v1.1.0") -> String {
    Fixtures.routing(routes: [(first, "v1.0.0", "primary"), (second, version, "candidate")])
  }
  static let routings: [Refusal] = [
    Refusal("weights that are not 100 together", "routing/weights", at: abPath, [abPath: ab("80", "30")]),
    Refusal(
      "a route to an unpublished version", "routing/version",
      at: place(abPath, of: "v7.0.0", in: ab("80", "20", version: "v7.0.0")),
      [abPath: ab("80", "20", version: "v7.0.0")]),
    Refusal(
      "a route to a version that is not good enough", "metric/threshold", [abPath: ab("80", "20", version: "v9.0.0")]),
    Refusal(
      "a routing of no deployment", "routing/owner", at: "deployments/production/ranking-ab.yaml",
      [
        "deployments/production/ranking-ab.yaml": ab("80", "20").replacingOccurrences(
          of: "segmentation-ab", with: "ranking-ab")
      ]),
    Refusal(
      "a second routing of a deployment", "routing/owner",
      [
        abPath: ab("80", "20"),
        "deployments/production/segmentation-cd.yaml": ab("80", "20").replacingOccurrences(
          of: "segmentation-ab", with: "segmentation-cd"),
      ]),
    Refusal("a weight above 100", "manifest/value", at: abPath, [abPath: ab("120", "-20")]),
    Refusal(
      "two routes of one name", "manifest/value", at: abPath,
      [abPath: ab("80", "20").replacingOccurrences(of: "candidate", with: "primary")]),
    Refusal(
      "a header split without a header", "manifest/schema", at: abPath,
      [abPath: ab("80", "20").replacingOccurrences(of: "method: weight", with: "method: header")]),
    Refusal(
      "a share that grows by more than the policy's step", "routing/step", at: abPath, [abPath: ab("60", "40")],
      files: Fixtures.people(policy: Fixtures.policy(environments: "production: {max_weight_step: 30}"))),
    Refusal(
      "one endpoint for two deployments of a namespace", "manifest/endpoint", at: "deployments/production/ranking.yaml",
      ["deployments/production/ranking.yaml": next.with { $0.name = "ranking" }.yaml]),
  ]

  @Test("a file in the wrong place is refused", arguments: locations) func refusedLocation(_ refusal: Refusal) throws {
    try refusal.run()
  }
  @Test("text that readers might not agree about is refused", arguments: syntax) func refusedSyntax(_ refusal: Refusal)
    throws
  {
    try refusal.run()
  }
  @Test("a field that does not fit is refused", arguments: schemas) func refusedSchema(_ refusal: Refusal) throws {
    try refusal.run()
  }
  @Test("a value outside its grammar is refused", arguments: values) func refusedValue(_ refusal: Refusal) throws {
    try refusal.run()
  }
  @Test("what the evidence does not bear is refused", arguments: evidence) func refusedEvidence(_ refusal: Refusal)
    throws
  {
    try refusal.run()
  }
  @Test("a routing that does not add up is refused", arguments: routings) func refusedRouting(_ refusal: Refusal) throws
  {
    try refusal.run()
  }

  @Test("an unknown field is answered with the nearest known name") func nearestName() throws {
    let scene = try Scene()
    let text = Self.next.yaml.replacingOccurrences(of: "replicas: 3", with: "replicsa: 3")
    try scene.clone.commit(Fixtures.approved("Typo"), [Self.next.path: text])
    let result = try scene.clone.checkAndPush()
    expectRefused(result, "manifest/schema", at: place(Self.next.path, of: "replicsa", in: text) + "5:")
    #expect(result.report.problems.contains { $0.hints.contains { $0.contains("`replicas`") } }, "\(result.transcript)")
  }

  @Test("files that are no manifests may stand below the governed roots") func letBe() throws {
    let scene = try Scene()
    try scene.clone.commit(
      "Notes",
      ["deployments/README.md": "x\n", "deployments/production/.gitkeep": "", "deployments/.gitattributes": "* text\n"])
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("a routing with the deployment's approvals lands, in its own file or in the deployment's") func routingLands()
    throws
  {
    let scene = try Scene()
    try scene.clone.commit("Canary", [Self.abPath: Self.ab("80", "20")])
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: Self.abPath)
    try scene.clone.commit(Fixtures.approved("Canary"), [Self.abPath: Self.ab("80", "20")], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
    let both = Deployment().yaml + "---\n" + Self.ab("50", "50")
    try scene.clone.commit(Fixtures.approved("One file"), [Deployment().path: both, Self.abPath: nil])
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("a git-lfs pointer stands for a large artifact, by its digest and size") func pointer() throws {
    let digest = String(repeating: "ab", count: 32)
    for (size, accepted) in [("9000000", true), ("9000001", false)] {
      let scene = try Scene()
      let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:\(digest)\nsize 9000000\n"
      let artifacts = "[{\"path\": \"model.onnx\", \"sha256\": \"\(digest)\", \"size\": \(size)}]"
      let deployment = Deployment(version: "v2.0.0", digest: "sha256:" + digest)
      try scene.clone.commit(
        Fixtures.approved("Publish"),
        [
          "models/segmentation/v2.0.0/model.onnx": pointer,
          Fixtures.evidencePath("v2.0.0"): Fixtures.evidence("v2.0.0", artifacts: artifacts),
          deployment.path: deployment.yaml,
        ])
      let result = try scene.clone.checkAndPush()
      if accepted { expectAccepted(result) } else { expectRefused(result, "model/invalid") }
    }
  }

  @Test("units of one dimension are compared after conversion") func units() throws {
    let scene = try Scene()
    let slow = Fixtures.evidence("v2.0.0", latency: "\"0.1s\"")
    try scene.clone.commit(
      Fixtures.approved("Slow"),
      [Fixtures.evidencePath("v2.0.0"): slow, Deployment().path: Deployment(version: "v2.0.0").yaml])
    expectRefused(try scene.clone.checkAndPush(), "metric/threshold", at: Deployment().path)
    let quick = Fixtures.evidence("v2.0.0", latency: "\"99999.9us\"")
    try scene.clone.commit(
      Fixtures.approved("Quick"),
      [Fixtures.evidencePath("v2.0.0"): quick, Deployment().path: Deployment(version: "v2.0.0").yaml], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }

  @Test("an unused version folder may be removed, but not come back changed in the same push") func removedVersion()
    throws
  {
    let scene = try Scene()
    try scene.clone.commit("Clean", [Fixtures.evidencePath("v9.0.0"): nil])
    try scene.clone.commit("Back", [Fixtures.evidencePath("v9.0.0"): Fixtures.evidence("v9.0.0", silhouette: "0.99")])
    expectRefused(try scene.clone.checkAndPush(), "model/immutable")
    try scene.clone.commit("Clean", [Fixtures.evidencePath("v9.0.0"): nil], from: scene.base)
    expectAccepted(try scene.clone.checkAndPush())
  }
}
