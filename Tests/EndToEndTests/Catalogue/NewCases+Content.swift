import Testing

extension AttackCase {
  private static let promoted = Deployment(version: "v1.1.0")
  private static let next = Deployment(version: "v2.0.0")
  private static let abPath = "deployments/production/segmentation-ab.yaml"

  /// A version whose evidence is this text, and a deployment of it.
  private static func judged(_ text: String, metrics: [(String, String)]? = nil) -> AttackChange {
    var deployment = next
    if let metrics { deployment.metrics = metrics }
    return AttackChange([Fixtures.evidencePath("v2.0.0"): text, deployment.path: deployment.yaml])
  }

  private static func routing(
    _ routes: (String, String, String)..., name: String = "segmentation-ab", extra: String = ""
  )
    -> String
  {
    Fixtures.routing(name: name, routes: routes.map { (weight: $0.0, version: $0.1, name: $0.2) }, extra: extra)
  }

  private static func policy(_ environments: String) -> [String: String] {
    Fixtures.people(policy: Fixtures.policy(environments: environments))
  }

  private static let good = Fixtures.evidence("v2.0.0")

  /// Cases of evidence, YAML and routings that the catalogue did not list.
  static let newContent: [AttackCase] = [
    AttackCase(
      "N51", .evidence, "a field twice, once with an escape in its name", by: "model/invalid",
      judged(
        good.replacingOccurrences(
          of: "\"artifacts\"", with: "\"shadow_tes\\u0074\": {\"passed\": false}, \"artifacts\""))),
    AttackCase(
      "N52", .evidence, "half a surrogate pair in a name", by: "model/invalid",
      judged(good.replacingOccurrences(of: "\"artifacts\"", with: "\"\\ud800\": 1, \"artifacts\""))),
    AttackCase("N53", .evidence, "more behind the end of evidence", by: "model/invalid", judged(good + good)),
    AttackCase("N54", .evidence, "a byte order mark before evidence", by: "model/invalid", judged("\u{feff}" + good)),
    AttackCase(
      "N55", .evidence, "comments, trailing commas and single quotes in evidence", by: "model/invalid",
      judged(good.replacingOccurrences(of: "\"artifacts\": []", with: "\"artifacts\": [], // fine\n"))),
    AttackCase(
      "N56", .evidence, "a shadow test whose result is a text", by: "model/invalid, metric/shadow-test",
      judged(good.replacingOccurrences(of: "\"passed\": true", with: "\"passed\": \"true\""))),
    AttackCase(
      "N57", .evidence, "a percentage for a plain number", by: "metric/threshold",
      judged(
        Fixtures.evidence("v2.0.0", silhouette: "{\"value\": 0.47, \"unit\": \"%\"}"))),
    AttackCase(
      "N58", .evidence, "a value that brings two units", by: "model/invalid",
      judged(Fixtures.evidence("v2.0.0", latency: "{\"value\": \"87s\", \"unit\": \"ms\"}"))),
    AttackCase(
      "N59", .evidence, "an artifact in another folder", by: "model/invalid",
      judged(
        Fixtures.evidence(
          "v2.0.0",
          artifacts:
            "[{\"path\": \"../v1.0.0/metadata.json\", \"sha256\": \"\(String(repeating: "a", count: 64))\", \"size\": 5}]"
        ))),
    AttackCase(
      "N60", .evidence, "evidence that git-lfs keeps elsewhere", by: "model/invalid",
      judged("version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "a", count: 64))\nsize 9\n")),
    AttackCase(
      "N61", .evidence, "evidence by another case of its name", by: "model/missing",
      AttackChange(["models/segmentation/v2.0.0/METADATA.json": good, next.path: next.yaml])),
    AttackCase(
      "N62", .evidence, "a model by another case of its name", by: "model/missing, manifest/location",
      AttackChange(
        promoted.with { $0.model = "Segmentation" })),
    AttackCase(
      "N63", .evidence, "a version that is spelt like another", by: "model/missing",
      AttackChange(promoted.with { $0.version = "1.1.0" })),
    AttackCase(
      "N64", .evidence, "a threshold that admits all but one value below a floor", by: "metric/floor",
      past: { policy("production: {metrics: {silhouette_score: \">0.45\"}}") },
      AttackChange(promoted.with { $0.metrics[0].1 = "\"!=0\"" })),
    AttackCase(
      "N65", .evidence, "a threshold that admits the floor's own edge", by: "metric/floor",
      past: { policy("production: {metrics: {silhouette_score: \">0.45\"}}") },
      AttackChange(promoted.with { $0.metrics[0].1 = "\">=0.45\"" })),
    AttackCase(
      "N66", .evidence, "a threshold in a dimension of its own under a floor", by: "metric/floor, metric/unit",
      past: { policy("production: {metrics: {silhouette_score: \">0.45\"}}") },
      judged(
        Fixtures.evidence("v2.0.0", silhouette: "\"1s\""),
        metrics: [("silhouette_score", "\">450ms\"")])),
    AttackCase(
      "N67", .evidence, "a metric that differs from the floored one by case", by: "metric/threshold, metric/floor",
      past: { policy("production: {metrics: {silhouette_score: \">0.48\"}}") },
      judged(
        good.replacingOccurrences(of: "\"silhouette_score\"", with: "\"Silhouette_score\": 0.99, \"silhouette_score\""),
        metrics: [("Silhouette_score", "\">0.9\"")])),
    AttackCase(
      "N68", .evidence, "a baseline that a removal in the same push forgets", by: "metric/threshold",
      AttackChange([Deployment().path: nil]),
      AttackChange(Deployment(version: "v9.0.0", metrics: [("silhouette_score", "\">=baseline-0.01\"")]))),
    AttackCase(
      "N69", .yaml, "a merge key in quotes", by: "manifest/schema, manifest/unsupported",
      AttackChange(promoted, replacing: "      cpu: \"2\"\n", by: "      cpu: \"2\"\n    \"<<\": {replicas: 99}\n")),
    AttackCase(
      "N70", .yaml, "a duplicate key in a flow mapping", by: "manifest/duplicate-key",
      AttackChange(promoted, replacing: "    replicas: 3\n", by: "    replicas: 3\n    'replicas': 99\n")),
    AttackCase(
      "N71", .yaml, "a field whose name ends in a space", by: "manifest/schema, manifest/value",
      AttackChange(promoted, replacing: "    replicas: 3\n", by: "    replicas: 3\n    \"replicas \": 99\n")),
    AttackCase(
      "N72", .yaml, "numbers beyond what a machine counts", by: "manifest/value, manifest/schema",
      AttackChange(promoted.with { $0.replicas = "99999999999999999999" })),
    AttackCase(
      "N73", .yaml, "an integer written as a float", by: "manifest/value, manifest/schema",
      AttackChange(promoted.with { $0.replicas = "3e0" })),
    AttackCase(
      "N74", .yaml, "infinite drift thresholds", by: "manifest/value, manifest/schema",
      AttackChange(promoted.with { $0.rollback = ".inf" })),
    AttackCase(
      "N75", .yaml, "content behind the end of a document",
      by: "manifest/location, manifest/syntax, manifest/unsupported",
      AttackChange([promoted.path: promoted.yaml + "...\n" + promoted.with { $0.replicas = "99" }.yaml])),
    AttackCase(
      "N76", .yaml, "a comment that hides its direction", by: "manifest/unsupported",
      AttackChange(promoted, replacing: "replicas: 3", by: "replicas: 3 # \u{202e}99")),
    AttackCase("N77", .yaml, "overlong bytes in a manifest", by: "manifest/syntax, manifest/unsupported") {
      let push = AttackPush(try Scene())
      let blob = try push.scene.clone.git(
        "hash-object", "-w", "--stdin", input: Array((promoted.yaml + "# ").utf8) + [0xc0, 0xaf, 10])
      expectRefused(
        try push.folder(["deployments", "production"], [.init("100644", "segmentation.yaml", blob)]),
        byOneOf: ["manifest/syntax", "manifest/unsupported"])
    },
    AttackCase(
      "N78", .routing, "weights whose sum overflows", by: "manifest/value, manifest/schema, routing/weights",
      AttackChange([
        abPath: routing(("9223372036854775807", "v1.0.0", "a"), ("9223372036854775807", "v1.1.0", "b"))
      ])),
    AttackCase(
      "N79", .routing, "a route around the order of environments", by: "promotion/order",
      past: { policy("production: {promote_from: staging}\nstaging: {}") },
      AttackChange([abPath: routing(("90", "v1.0.0", "a"), ("10", "v1.1.0", "b"))])),
    AttackCase(
      "N80", .routing, "a version that comes with weight 0 and rises later", by: "metric/threshold",
      AttackChange([abPath: routing(("100", "v1.0.0", "a"), ("0", "v9.0.0", "b"))]),
      AttackChange([abPath: routing(("80", "v1.0.0", "a"), ("20", "v9.0.0", "b"))])),
    AttackCase(
      "N81", .routing, "a routing that claims another deployment's name", by: "routing/owner",
      AttackChange([
        abPath: routing(("80", "v1.0.0", "a"), ("20", "v1.1.0", "b")).replacingOccurrences(
          of: "spec:\n", with: "spec:\n  model_name: other\n")
      ])),
    AttackCase(
      "N82", .routing, "a deployment that takes over another's routing by its name", by: "approval/missing",
      past: {
        Fixtures.people(more: [
          "deployments/production/segmentation-x-ab.yaml": routing(
            ("80", "v1.0.0", "a"), ("20", "v1.1.0", "b"), name: "segmentation-x-ab")
        ])
      },
      AttackChange(
        promoted.with {
          $0.name = "segmentation-x"
          $0.endpoint = "/v1/x"
          $0.approvers = ["publishers"]
        }, message: "Add\n\nApproved-by: Pat <pat@example.com>\n")),
    AttackCase(
      "N83", .routing, "a staging deployment of the same version from another registry", by: "promotion/order",
      past: {
        policy("production: {promote_from: staging}\nstaging: {}").merging([
          "deployments/staging/segmentation.yaml": Deployment(
            environment: "staging", registry: "s3://elsewhere/company/", version: "v1.1.0", required: false,
            approvers: []
          ).yaml
        ]) { $1 }
      }, AttackChange(promoted)),
    AttackCase("N84", .routing, "a rollback to evidence that has changed since", by: "approval/missing") {
      let scene = try Scene(
        Fixtures.people(
          policy: Fixtures.policy(
            "models: {immutable: false}", environments: "production: {rollback: {approvals: waived}}")))
      try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
      expectAccepted(try scene.clone.checkAndPush())
      try scene.clone.commit(
        "Roll back",
        [
          promoted.path: Deployment().yaml,
          Fixtures.evidencePath("v1.0.0"): Fixtures.evidence("v1.0.0", silhouette: "0.46"),
        ])
      expectRefused(try scene.clone.checkAndPush(), byOneOf: ["approval/missing"])
    },
    AttackCase("N85", .routing, "a rollback of a rollback", by: "approval/missing") {
      let scene = try Scene(policy("production: {rollback: {approvals: waived}}"))
      try scene.clone.commit(Fixtures.approved("Promote"), [promoted.path: promoted.yaml])
      try scene.clone.commit("Roll back", [promoted.path: Deployment().yaml])
      expectAccepted(try scene.clone.checkAndPush())
      try scene.clone.commit("Roll back", [promoted.path: promoted.yaml])
      expectRefused(try scene.clone.checkAndPush(), byOneOf: ["approval/missing"])
    },
    AttackCase(
      "N86", .routing, "a freeze that a removal passes by", by: "promotion/freeze",
      past: {
        policy(
          "production: {freeze: [{from: \"2020-01-01T00:00:00Z\", until: \"2120-01-01T00:00:00Z\", reason: x}]}")
      }, AttackChange([Deployment().path: nil])),
    AttackCase(
      "N87", .routing, "a registry that begins like the allowed one", by: "promotion/registry, manifest/value",
      past: { policy("production: {registries: [\"s3://ml-models/company/\"]}") },
      AttackChange(promoted.with { $0.registry = "s3://ml-models/company-evil/" })),
  ]
}
