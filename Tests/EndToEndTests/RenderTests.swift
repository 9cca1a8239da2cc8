import Foundation
import ManifestCore
import Testing
import YAMLTree

/// `mlops-hook render`, over real repositories and through the real gate.
@Suite("Render") struct RenderTests {
  private static let branch = "refs/heads/rendered/production"
  private static let policy = Fixtures.policy("reserved_refs: {\"refs/heads/rendered/*\": [render-bot]}")
  private static let onnx =
    "[{\"path\": \"model.onnx\", \"sha256\": \"\(String(repeating: "a", count: 64))\", \"size\": 4}]"

  /// A host with one deployment, whose versions are ONNX files.
  private func scene(_ more: [String: String] = [:], policy: String = policy) throws -> Scene {
    var files = Fixtures.people(policy: policy)
    for version in ["v1.0.0", "v1.1.0"] {
      files[Fixtures.evidencePath(version)] = Fixtures.evidence(version, artifacts: Self.onnx)
    }
    return try Scene(files.merging(more) { $1 })
  }

  private func routing(_ method: String = "weight", _ extra: String = "") -> [String: String] {
    [
      "deployments/production/segmentation-ab.yaml": Fixtures.routing(
        routes: [("90", "v1.0.0", "primary"), ("10", "v1.1.0", "candidate")], method: method, extra: extra)
    ]
  }

  private func render(_ scene: Scene, _ arguments: String..., in folder: String? = nil) throws -> Output {
    try scene.sandbox.mlops(["render", "--env", "production"] + arguments, in: folder ?? scene.sandbox.host)
  }

  // MARK: The text

  @Test("a deployment is one InferenceService, byte for byte, in a bare repository and in a clone")
  func golden() throws {
    let digest = "sha256:" + String(repeating: "a", count: 64)
    let scene = try scene([Deployment().path: Deployment(digest: digest).yaml])
    let expected = """
      apiVersion: serving.kserve.io/v1beta1
      kind: InferenceService
      metadata:
        name: segmentation
        namespace: production
        annotations:
          mlops/digest: \(digest)
          mlops/model: segmentation
          mlops/version: v1.0.0
          serving.kserve.io/deploymentMode: Standard
      spec:
        predictor:
          minReplicas: 3
          maxReplicas: 3
          model:
            modelFormat:
              name: onnx
            protocolVersion: v2
            storageUri: s3://ml-models/company/segmentation/v1.0.0
            resources:
              requests:
                cpu: "2"
                memory: 4Gi
              limits:
                cpu: "2"
                memory: 4Gi

      """
    let bare = try render(scene)
    #expect(bare.status == 0 && bare.out == expected && bare.err.isEmpty, "\(bare.out)\(bare.err)")
    #expect(try render(scene, in: scene.clone.path).out == expected)
    #expect(try render(scene, "--at", scene.base, "--repo", scene.sandbox.host, in: scene.sandbox.root).out == expected)
    #expect(try render(scene, "--ref", "main").out == expected)
  }

  @Test("routes are one InferenceService a version, and an HTTPRoute with their weights") func weights() throws {
    let scene = try scene(routing())
    let text = try render(scene, "--gateway", "models", "--gateway-namespace", "ingress").out
    let documents = text.components(separatedBy: "---\n")
    #expect(documents.count == 3 && documents[0].contains("\n  name: segmentation-v1-0-0\n"), "\(text)")
    #expect(documents[1].contains("storageUri: s3://ml-models/company/segmentation/v1.1.0\n"), "\(text)")
    #expect(
      documents.last == """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata:
          name: segmentation
          namespace: production
        spec:
          parentRefs:
            - name: models
              namespace: ingress
          rules:
            - backendRefs:
                - name: segmentation-v1-0-0-predictor
                  port: 80
                  weight: 90
                - name: segmentation-v1-1-0-predictor
                  port: 80
                  weight: 10

        """, "\(text)")
  }

  @Test(
    "a header or a cookie that names a route leads there, before the weights",
    arguments: [
      ("header", "header_name: X-Experiment", "            - name: X-Experiment\n              value: candidate\n"),
      (
        "cookie", "cookie_name: ab.test",
        "            - type: RegularExpression\n              name: cookie\n"
          + "              value: \"^(.*; *)?ab\\\\.test=candidate(;.*)?$\"\n"
      ),
    ]) func choosers(method: String, field: String, expected: String) throws
  {
    let scene = try scene(routing(method, "    \(field)\n"))
    let text = try render(scene, "--gateway", "models", "--domain", "example.com").out
    #expect(text.contains("  hostnames:\n    - segmentation.example.com\n"), "\(text)")
    #expect(text.contains("    - matches:\n        - headers:\n" + expected), "\(text)")
    #expect(
      text.contains(
        expected + "      backendRefs:\n        - name: segmentation-v1-1-0-predictor\n          port: 80\n"),
      "\(text)")
    #expect(text.hasSuffix("          weight: 10\n"), "\(text)")
  }

  @Test("what is written is what our own reader of YAML and PyYAML read, also where names look like numbers")
  func readBack() throws {
    let model = "モデル: \"1\", [x]"
    let odd = Deployment(
      name: "no", model: "\"1e3\"", version: "1.0.0", replicas: "0", cpu: "\"1e3\"", memory: "\"010\"",
      endpoint: "/v1/no")
    let named = Deployment(name: "on", model: "'\(model)'", cpu: "500m", endpoint: "/v1/on")
    let scene = try scene([
      odd.path: odd.yaml.replacingOccurrences(of: "name: no\n", with: "name: \"no\"\n"),
      named.path: named.yaml.replacingOccurrences(of: "name: on\n", with: "name: \"on\"\n"),
    ])
    let output = try render(scene, "--model-format", "xgboost")
    #expect(output.status == 0, "\(output.err)")
    let documents = output.out.components(separatedBy: "---\n")
    let trees = documents.map { YAMLReader.read(Array($0.utf8)) }
    #expect(trees.allSatisfy { $0.problems.isEmpty && $0.documents.count == 1 }, "\(output.out)")
    let first = trees.first?.documents.first
    #expect(first?["metadata"]?["name"]?.scalar?.text == "no")
    #expect(first?["metadata"]?["annotations"]?["serving.kserve.io/stop"]?.scalar?.text == "true")
    let second = trees.dropFirst().first?.documents.first
    #expect(second?["metadata"]?["annotations"]?["mlops/model"]?.scalar?.text == model, "\(output.out)")

    let script = """
      import sys, json
      try: import yaml
      except ImportError: print("null"); sys.exit()
      print(json.dumps(list(yaml.safe_load_all(sys.stdin.buffer))))
      """
    let read = try scene.sandbox.run(
      ["python3", "-c", script], in: scene.sandbox.root, input: Array(output.out.utf8))
    let value = try JSONSerialization.jsonObject(with: Data(read.standardOutput), options: .fragmentsAllowed)
    guard let objects = value as? [[String: Any]] else {
      print("WARNING: PyYAML is missing: the comparison with it is SKIPPED")
      return
    }
    let metadata = objects.map { $0["metadata"] as? [String: Any] ?? [:] }
    #expect(metadata.map { $0["name"] as? String } == ["no", "on", "segmentation"], "\(read.out)")
    let annotations = metadata.map { $0["annotations"] as? [String: String] ?? [:] }
    #expect(annotations.map { $0["mlops/model"] } == ["1e3", model, "segmentation"], "\(read.out)")
    for (index, amounts) in [["cpu": "1e3", "memory": "010"], ["cpu": "500m", "memory": "4Gi"]].enumerated() {
      let predictor = (objects[index]["spec"] as? [String: Any])?["predictor"] as? [String: Any]
      let resources = (predictor?["model"] as? [String: Any])?["resources"] as? [String: [String: String]]
      #expect(resources?["requests"] == amounts && resources?["limits"] == amounts, "\(read.out)")
    }
  }

  // MARK: What cannot be rendered

  @Test("every reason is told at once, and nothing is written") func refusals() throws {
    let broken = "deployments/production/broken.yaml"
    let plain = Deployment(name: "plain", version: "v1.2.0", endpoint: "/v1/plain")
    let scene = try scene([broken: "kind: [\n", plain.path: plain.yaml].merging(routing()) { $1 })
    let output = try render(scene, "--commit-to", Self.branch)
    expectNotDone(
      output, "`broken` in `production` cannot be read: ", "the model format of `v1.2.0` of `plain` is not known",
      "`segmentation` has routes, and no gateway is named")
    #expect(output.out.isEmpty, "\(output.out)")
    #expect(try scene.sandbox.tip(Self.branch) == nil)
  }

  @Test("the format is the annotation's, else the artifacts', else the one that is given") func formats() throws {
    let both = Self.onnx.replacingOccurrences(
      of: "[{", with: "[{\"path\": \"a.pkl\", \"sha256\": \"\(String(repeating: "b", count: 64))\", \"size\": 1}, {")
    let named = Deployment().yaml.replacingOccurrences(
      of: "spec:\n  model:", with: "  annotations: {mlops/model-format: lightgbm}\nspec:\n  model:")
    let scene = try scene([Fixtures.evidencePath("v1.0.0"): Fixtures.evidence("v1.0.0", artifacts: both)])
    expectNotDone(try render(scene), "could be `onnx` or `sklearn`", "`--model-format`")
    #expect(try render(scene, "--model-format", "sklearn").out.contains("        name: sklearn\n"))
    try scene.clone.commit("Name it", [Deployment().path: named])
    try scene.land()
    #expect(try render(scene, "--model-format", "sklearn").out.contains("        name: lightgbm\n"))
  }

  @Test("two versions that would have one name are refused, and so are routes that take each other's requests")
  func clashes() throws {
    let other = Deployment(name: "segmentation-v1-1-0", endpoint: "/v1/other")
    let more = [
      other.path: other.yaml,
      "deployments/production/segmentation-v1-1-0-ab.yaml": Fixtures.routing(
        name: "segmentation-v1-1-0-ab", routes: [("100", "v1.0.0", "all")]),
    ]
    let scene = try scene(more.merging(routing()) { $1 })
    expectNotDone(
      try render(scene, "--gateway", "models"), "the routes of `segmentation` and `segmentation-v1-1-0` would take")
    #expect(try render(scene, "--gateway", "models", "--domain", "example.com").status == 0)
    try scene.clone.commit(
      "No routes", ["deployments/production/segmentation-v1-1-0-ab.yaml": nil])
    try scene.land()
    expectNotDone(
      try render(scene, "--gateway", "models"), "would both be the InferenceService `segmentation-v1-1-0`")
  }

  @Test("one name with and without a namespace is one InferenceService too") func clashesOfNamespaces() throws {
    let bare = Deployment(namespace: nil).yaml
    let other = Deployment(name: "segmentation-v1-1-0", endpoint: "/v1/other")
    let scene = try scene([Deployment().path: bare, other.path: other.yaml].merging(routing()) { $1 })
    expectNotDone(
      try render(scene, "--gateway", "models"), "would both be the InferenceService `segmentation-v1-1-0`",
      "give both a namespace")
    let apart = Deployment(name: other.name, namespace: "elsewhere", endpoint: other.endpoint).yaml
    try scene.clone.commit("Apart", [Deployment().path: Deployment().yaml, other.path: apart])
    try scene.land()
    #expect(try render(scene, "--gateway", "models").status == 0)
  }

  @Test("a misspelt environment is refused and not taken for an empty one") func environments() throws {
    let scene = try scene()
    expectNotDone(
      try scene.sandbox.mlops(["render", "--env", "producton"], in: scene.sandbox.host),
      "there is no environment `producton`", "did you mean `production`?")
    expectNotDone(try render(scene, "--at", "nowhere"), status: 2, "`nowhere` names no commit")
    expectNotDone(try render(scene, "--gateway", "A"), status: 2, "`--gateway A`")
    expectNotDone(try render(scene, "--push"), status: 2, "`--push` has nothing to push")
    expectNotDone(try render(scene, "--push", "--commit-to", Self.branch), status: 2, "bare repository")
  }

  // MARK: The branch

  private func files(_ scene: Scene) throws -> [String] {
    try scene.sandbox.git(["ls-tree", "-r", "--name-only", Self.branch]).split(separator: "\n").map(String.init)
  }

  @Test("a commit is made only where something differs, on top of what the branch holds") func commits() throws {
    let scene = try scene()
    expectDone(try render(scene, "--commit-to", Self.branch), "rendered: `\(Self.branch)` is at commit")
    let first = try #require(try scene.sandbox.tip(Self.branch))
    #expect(try files(scene) == ["kustomization.yaml", "segmentation.yaml"])
    #expect(try scene.sandbox.git(["show", Self.branch + ":segmentation.yaml"]) + "\n" == render(scene).out)
    #expect(
      try scene.sandbox.git(["show", Self.branch + ":kustomization.yaml"])
        == "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - segmentation.yaml")
    #expect(
      try scene.sandbox.git(["log", "-1", "--format=%(trailers:key=Rendered-from,valueonly)", Self.branch])
        .hasPrefix(scene.base))
    try scene.clone.commit("Write", ["README.md": "x\n"])
    try scene.land()
    expectDone(try render(scene, "--commit-to", Self.branch), "nothing to do: `\(Self.branch)` holds it already")
    #expect(try scene.sandbox.tip(Self.branch) == first)

    // A deployment goes and another comes; what somebody else keeps on the branch stays.
    let watch = try Clone(scene.sandbox, name: "watch")
    try watch.git("fetch", "--quiet", "origin")
    try watch.set("mine", to: first)
    let hand = try watch.commit("Keep", ["README.md": "hand\n", "old.yaml": "a: 1\n"], on: "mine")
    try scene.sandbox.git(["fetch", "--quiet", watch.path, "+refs/heads/mine:\(Self.branch)"])
    let other = Deployment(name: "churn", version: "v1.1.0", endpoint: "/v1/churn")
    try scene.clone.commit("Swap", [Deployment().path: nil, other.path: other.yaml])
    try scene.land()
    expectDone(try render(scene, "--commit-to", Self.branch))
    #expect(try files(scene) == ["README.md", "churn.yaml", "kustomization.yaml"])
    #expect(try scene.sandbox.tip(Self.branch + "^") == hand)
    expectDone(
      try render(scene, "--at", scene.base, "--commit-to", Self.branch), "`production` of \(scene.base.prefix(10))")
    #expect(try files(scene) == ["README.md", "kustomization.yaml", "segmentation.yaml"])
  }

  @Test("a branch that one environment is rendered to takes no other's state") func otherEnvironment() throws {
    let staging = Deployment(environment: "staging", version: "v1.1.0")
    let scene = try scene([staging.path: staging.yaml])
    expectDone(try render(scene, "--commit-to", Self.branch))
    // Also where somebody has put something on top.
    let watch = try Clone(scene.sandbox, name: "watch")
    try watch.git("fetch", "--quiet", "origin")
    try watch.set("mine", to: try #require(try scene.sandbox.tip(Self.branch)))
    let hand = try watch.commit("Keep", ["README.md": "hand\n"], on: "mine")
    try scene.sandbox.git(["fetch", "--quiet", watch.path, "+refs/heads/mine:\(Self.branch)"])
    func stagingTo(_ branch: String) throws -> Output {
      try scene.sandbox.mlops(["render", "--env", "staging", "--commit-to", branch], in: scene.sandbox.host)
    }
    expectNotDone(
      try stagingTo(Self.branch), "`\(Self.branch)` holds what was rendered of `production`",
      "`--commit-to refs/heads/rendered/staging`")
    #expect(try scene.sandbox.tip(Self.branch) == hand)
    expectDone(try stagingTo("refs/heads/rendered/staging"), "rendered: ")
  }

  @Test("a branch that no policy reserves, a protected one and a state that nobody judged are refused")
  func guards() throws {
    let open = try scene(policy: Fixtures.policy())
    expectNotDone(
      try render(open, "--commit-to", Self.branch), "no policy reserves `\(Self.branch)`", "reserved_refs: {")
    #expect(try open.sandbox.tip(Self.branch) == nil)
    let scene = try scene()
    expectNotDone(try render(scene, "--commit-to", "refs/heads/main"), "is protected")
    expectNotDone(try render(scene, "--commit-to", "rendered/production"), status: 2, "not the full name of a branch")
    let topic = try scene.clone.commit("Try", ["README.md": "x\n"], on: "topic", from: scene.base)
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "refs/heads/topic:refs/heads/topic"])
    expectNotDone(
      try render(scene, "--commit-to", Self.branch, "--ref", "topic"), "`refs/heads/topic` is not protected")
    expectNotDone(try render(scene, "--commit-to", Self.branch, "--at", topic), "never was what `refs/heads/main` held")
    #expect(try scene.sandbox.tip(Self.branch) == nil)
    #expect(try scene.sandbox.tip("main") == scene.base)
  }

  @Test("with --push the gate takes the branch from the pusher it is reserved for, and from nobody else")
  func pushes() throws {
    let scene = try scene()
    scene.sandbox.environment["GL_USERNAME"] = "dana"
    let refused = try render(scene, "--commit-to", Self.branch, "--push", in: scene.clone.path)
    expectNotDone(refused, "the ref is reserved, and the pusher is", "not rendered: `origin` did not take it")
    #expect(try scene.sandbox.tip(Self.branch) == nil)
    scene.sandbox.environment["GL_USERNAME"] = "render-bot"
    expectDone(
      try render(scene, "--commit-to", Self.branch, "--push", in: scene.clone.path),
      "rendered: `\(Self.branch)` of `origin` is at commit")
    #expect(try files(scene) == ["kustomization.yaml", "segmentation.yaml"])
    #expect(try scene.sandbox.run(["git", "rev-parse", "--verify", Self.branch], in: scene.clone.path).status != 0)
    expectDone(try render(scene, "--commit-to", Self.branch, "--push", in: scene.clone.path), "nothing to do")

    // Another clone fetches what is new before it renders.
    try scene.clone.commit("Scale", [Deployment().path: Deployment(replicas: "5").yaml])
    let behind = try Clone(scene.sandbox, name: "behind")
    try behind.git("fetch", "--quiet", "origin")
    try scene.land()
    expectDone(try render(scene, "--commit-to", Self.branch, "--push", in: behind.path), "rendered: ")
    #expect(try scene.sandbox.git(["show", Self.branch + ":segmentation.yaml"]).contains("minReplicas: 5"))
    #expect(try render(scene, "--commit-to", "refs/heads/rendered/..", "--push", in: behind.path).status == 2)
    // And one that does not fetch brings nothing old back.
    try scene.clone.git("fetch", "--quiet", "origin", "\(Self.branch):\(Self.branch)")
    try scene.clone.git("update-ref", "refs/remotes/origin/main", scene.base)
    expectNotDone(
      try render(scene, "--commit-to", Self.branch, in: scene.clone.path), "which is newer than", "`git fetch` first")
  }
}
