import Foundation
import Testing

extension HistoryTests {
  private static let path = Deployment().path

  /// Three commits on three days: v1.0.0 from the 1st on, v1.1.0 from the 3rd on with a canary, gone on the 5th.
  private func days() throws -> (scene: Scene, commits: [String]) {
    let scene = try Scene([:], hooks: [])
    let texts = ["v1.0.0", "v1.1.0"].map { Deployment(version: $0).yaml }
    var stream = "reset refs/heads/main\n\n"
    func commit(_ mark: Int, _ day: Int, _ files: [(String, String?)]) {
      stream += "commit refs/heads/main\nmark :\(mark)\ncommitter Dana <dana@example.com> "
      stream += "\(1_767_225_600 + (day - 1) * 86_400 + 43_200) +0000\ndata 7\nChange\n\n"
      for (path, text) in files {
        stream += text.map { "M 100644 inline \(path)\ndata \($0.utf8.count)\n\($0)\n" } ?? "D \(path)\n"
      }
    }
    let evidence = ["v1.0.0", "v1.1.0", "v1.2.0"].map { (Fixtures.evidencePath($0), Optional(Fixtures.evidence($0))) }
    let canary = Fixtures.routing(routes: [("90", "v1.1.0", "one"), ("10", "v1.2.0", "two")])
    commit(1, 1, evidence + [(Self.path, texts[0])])
    commit(2, 3, [(Self.path, texts[1]), ("deployments/production/segmentation-ab.yaml", canary)])
    commit(3, 4, [("README.md", "x\n")])
    commit(4, 5, [(Self.path, nil), ("deployments/production/segmentation-ab.yaml", nil)])
    stream += "get-mark :1\nget-mark :2\nget-mark :3\nget-mark :4\n"
    let ids = try scene.sandbox.git(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
    return (scene, ids.split(separator: "\n").map(String.init))
  }

  private func deployed(_ scene: Scene, _ date: String) throws -> PastAsked {
    try PastAsked(scene.sandbox, ["history", "segmentation", "--at", date], in: scene.sandbox.host)
  }

  @Test(
    "--at tells what was deployed then, a day by its end",
    arguments: [
      ("2025-12-31", nil, nil), ("2026-01-01T11:59:59Z", nil, nil), ("2026-01-01T12:00:00Z", "v1.0.0", 0),
      ("2026-01-01", "v1.0.0", 0), ("2026-01-02", "v1.0.0", 0), ("2026-01-03", "v1.1.0", 1),
      ("2026-01-03T21:00:00+09:00", "v1.1.0", 1), ("2026-01-04", "v1.1.0", 1), ("2026-01-05", nil, nil),
      ("2030-01-01", nil, nil),
    ] as [(String, String?, Int?)])
  func at(_ date: String, _ version: String?, _ since: Int?) throws {
    let (scene, commits) = try days()
    let asked = try deployed(scene, date)
    #expect(asked.status == 0, "\(asked.transcript)")
    #expect(
      asked.list("deployed").map { $0["version"] as? String } == (version.map { [$0] } ?? []), "\(asked.transcript)")
    let found = asked.list("deployed").first?["since"] as? [String: Any]
    #expect(found?["commit"] as? String == since.map { commits[$0] })
    if version == "v1.1.0" {
      let routes = asked.list("deployed").first?.list("routes") ?? []
      #expect(routes.map { "\($0["version"] ?? "") \($0["weight"] ?? "")" } == ["v1.1.0 90", "v1.2.0 10"])
      #expect(asked.list("deployed").first?.list("versions").count == 2)
    }
  }

  @Test("--at before the first commit names no commit, behind the last the last") func ends() throws {
    let (scene, commits) = try days()
    #expect(try deployed(scene, "2025-01-01").object["commit_then"] is NSNull)
    #expect(try deployed(scene, "2026-01-04").object["commit_then"] as? String == commits[2])
    #expect(try deployed(scene, "2030-01-01").object["commit_then"] as? String == commits[3])
  }

  @Test(
    "a name that never was is not told of, and the nearest is named",
    arguments: [
      (["segmentatoin"], "did you mean `segmentation`?"), (["churn"], "`segmentation`"),
      (["segmentation", "--env", "staging"], "`production`"), (["segmentation-ab"], "mlops-hook history segmentation"),
      (["segmentatoin", "--at", "2026-01-02"], "did you mean `segmentation`?"),
    ])
  func unknown(_ arguments: [String], _ hint: String) throws {
    let (scene, _) = try days()
    let output = try scene.sandbox.mlops(["history"] + arguments, in: scene.sandbox.host)
    #expect(output.status == 1 && output.out.isEmpty && output.err.contains(hint), "\(output.err)")
  }

  @Test(
    "what cannot be answered ends with 2 and says what to do",
    arguments: [
      ["history"], ["history", "x", "--at", "yesterday"], ["history", "x", "--at", "2026-02-30"],
      ["history", "x", "--at", "2026-01-01T25:00:00Z"], ["history", "x", "--ref", "nowhere"],
      ["history", "x", "--format", "yaml"], ["history", "x", "--repo", "/nowhere"], ["status", "--ref", "maim"],
      ["status", "--repo", "/nowhere"], ["status", "--format", "xml"],
    ])
  func invalid(_ arguments: [String]) throws {
    let (scene, _) = try days()
    let output = try scene.sandbox.mlops(arguments, in: scene.sandbox.host)
    #expect(output.status == 2 && output.out.isEmpty && !output.err.isEmpty, "\(output.out)\(output.err)")
  }

  @Test("an empty repository and a detached HEAD are answered, not crashed on") func noLine() throws {
    let sandbox = try GitSandbox()
    for verb in [["history", "x"], ["status"]] {
      let output = try sandbox.mlops(verb, in: sandbox.host)
      #expect(output.status == 2 && output.err.contains("refs/heads/main"), "\(output.err)")
    }
    let (scene, commits) = try days()
    try Data("\(commits[1])\n".utf8).write(to: URL(fileURLWithPath: scene.sandbox.host + "/HEAD"))
    let detached = try scene.sandbox.mlops(["status"], in: scene.sandbox.host)
    #expect(detached.status == 2 && detached.err.contains("--ref"), "\(detached.err)")
    #expect(try scene.sandbox.mlops(["status", "--ref", "main"], in: scene.sandbox.host).status == 0)
  }

  @Test("a shallow clone says how to get the rest") func shallow() throws {
    let (scene, _) = try days()
    let folder = scene.sandbox.root + "/shallow"
    try scene.sandbox.git(["clone", "--quiet", "--depth", "2", "file://\(scene.sandbox.host)", folder])
    let output = try scene.sandbox.mlops(["history", "segmentation"], in: folder)
    #expect(output.status == 2 && output.err.contains("git fetch --unshallow"), "\(output.err)")
  }

  @Test("nothing from a commit can move the terminal") func escapes() throws {
    let scene = try Scene()
    try scene.clone.commit(
      "\u{1b}[31mRed\u{202e}\n\nReason: \u{1b}]0;title\u{7}\n", [Self.path: Deployment(version: "v1.1.0").yaml],
      author: "Evil\u{1b}[2J <evil@example.com>")
    try scene.land()
    for arguments in [["history", "segmentation"], ["status"], ["history", "segmentation", "--format", "json"]] {
      let output = try scene.sandbox.mlops(arguments, in: scene.sandbox.host)
      let isHarmless = output.out.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0 != "\u{202e}" }
      #expect(output.status == 0 && isHarmless && output.out.contains("Red"), "\(output.out)")
    }
  }
}
