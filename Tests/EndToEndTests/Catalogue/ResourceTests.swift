import Foundation
import TestSizes
import Testing

/// What a push may cost: less than 128 MiB, and an end before the deadline, whatever it holds.
@Suite(
  "Resources", .serialized,
  .enabled(if: TestTool.time.path != nil || TestTool.mustBeThere, "`scripts/test-tools.sh` installs `time`"))
struct ResourceTests {
  /// What one run of pre-receive took.
  private struct Cost {
    var output: Output
    var kibibytes: Int
    var seconds: Double
  }

  private let promoted = Deployment(version: "v1.1.0")

  /// A hostile object in a pack of the clone, whose objects the host sees.
  private func bomb(_ scene: Scene, _ kind: String, _ size: Int, _ arguments: String..., input: String = "") throws
    -> (id: String, packed: Int)
  {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Bombs/bomb.py").path
    let pack = scene.sandbox.root + "/bomb.pack"
    let made = try scene.sandbox.run(
      ["python3", script, pack, kind, "\(size)"] + arguments, in: scene.sandbox.root,
      input: Array(input.utf8), seconds: 120)
    guard made.status == 0 else { throw SceneError(made.err) }
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: pack)))
    try scene.clone.git("index-pack", "--stdin", input: bytes)
    return (made.out.trimmingCharacters(in: .whitespacesAndNewlines), bytes.count)
  }

  /// An approved commit of a tree in which a path is this object.
  private func commit(_ scene: Scene, _ path: [String], _ mode: String, _ id: String) throws -> String {
    let hostile = HostileObjects(scene.clone)
    var tree = id
    if mode != "40000" {
      tree = try hostile.tree([.init(mode, path[path.count - 1], id)])
    }
    let folder = mode == "40000" ? path : Array(path.dropLast())
    let root = try hostile.tree("\(scene.base)^{tree}", replacing: folder, by: tree)
    return try hostile.commit(tree: root, parents: [scene.base], message: Fixtures.approved("Change"))
  }

  private func cost(_ scene: Scene, _ lines: String, named name: String) throws -> Cost {
    try Data("\(scene.clone.path)/.git/objects\n".utf8).write(
      to: URL(fileURLWithPath: scene.sandbox.host + "/objects/info/alternates"))
    guard let time = try TestTool.time.orSkip() else { throw SceneError("`time` is not there") }
    let figures = scene.sandbox.root + "/figures"
    let output = try scene.sandbox.run(
      [time, "-q", "-o", figures, "-f", "%M %U %S", "\(GitSandbox.products)/pre-receive"],
      in: scene.sandbox.host, environment: ["GIT_DIR": "."], input: Array(lines.utf8))
    let numbers = try String(contentsOfFile: figures, encoding: .utf8).split { $0 == " " || $0 == "\n" }
      .compactMap { Double($0) }
    guard numbers.count == 3 else { throw SceneError("no figures of \(name)") }
    let cost = Cost(output: output, kibibytes: Int(numbers[0]), seconds: numbers[1] + numbers[2])
    TestSize.note(
      "resources: \(name)",
      "\(cost.kibibytes >> 10) MiB, \(String(format: "%.2f", cost.seconds)) s of processor time")
    #expect(cost.kibibytes < 128 << 10, "\(name): \(cost.kibibytes) KiB")
    #expect(cost.seconds < 30, "\(name): \(cost.seconds) s")
    return cost
  }

  private func refuses(_ scene: Scene, _ commit: String, by check: String, named name: String) throws {
    let cost = try cost(scene, "\(scene.base) \(commit) refs/heads/main\n", named: name)
    expectRefused(cost.output, check)
    #expect(!Report.plain(cost.output.err).checks.contains("host/timeout"), "\(cost.output.err)")
    #expect(try scene.sandbox.tip("refs/heads/main") == scene.base)
  }

  private let place = ["deployments", "production", "segmentation.yaml"]

  @Test("a small pack of a very large manifest") func result() throws {
    let scene = try Scene()
    let bomb = try bomb(scene, "result", TestSize.of(256, soak: 2048) << 20)
    #expect(bomb.packed < 20_000)
    try refuses(
      scene, try commit(scene, place, "100644", bomb.id), by: "manifest/syntax",
      named: "a pack of \(bomb.packed) bytes, unpacked")
  }

  @Test("a small manifest whose delta leans on a very large object") func base() throws {
    let scene = try Scene()
    let bomb = try bomb(scene, "base", TestSize.of(256, soak: 1024) << 20, input: promoted.yaml)
    try refuses(
      scene, try commit(scene, place, "100644", bomb.id), by: "host/internal", named: "a small delta of a large object")
  }

  @Test("a very deep folder", arguments: [["deployments", "production"], ["models", "deep", "v1.0.0"], ["policies"]])
  func deep(_ path: [String]) throws {
    let scene = try Scene()
    let bomb = try bomb(scene, "deep", TestSize.of(10_000, soak: 100_000))
    let commit = try commit(scene, path, "40000", bomb.id)
    let cost = try cost(
      scene, "\(scene.base) \(commit) refs/heads/main\n", named: "a deep tree below \(path.joined(separator: "/"))")
    expectRefused(cost.output, "tree/malformed")
  }

  @Test("a million entries in one folder") func wide() throws {
    let scene = try Scene()
    let blob = try HostileObjects(scene.clone).blob("x\n")
    let bomb = try bomb(scene, "wide", 1_000_000, blob)
    for path in [["deployments", "production"], ["models", "wide"]] {
      try refuses(
        scene, try commit(scene, path, "40000", bomb.id), by: "host/limit", named: "a million entries below \(path[0])")
    }
  }

  @Test("300 kB of nested YAML") func nested() throws {
    let scene = try Scene()
    let tip = try scene.clone.commit(
      Fixtures.approved("x"), [promoted.path: String(repeating: "{a: ", count: 75_000)], on: "x", from: scene.base)
    try refuses(scene, tip, by: "manifest/syntax", named: "300 kB of nested YAML")
  }

  @Test("1,000 refs") func refs() throws {
    let scene = try Scene()
    let lines = (0..<1000).map { "\(RawReceivePack.zero) \(scene.base) refs/heads/b\($0)\n" }.joined()
    #expect(try cost(scene, lines, named: "1,000 refs").output.status == 0)
  }
}
