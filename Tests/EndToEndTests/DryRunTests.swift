import Foundation
import Testing

/// Dry runs, misspelt push options, and what audit mode never lets through.
@Suite("Dry runs and audit mode") struct DryRunTests {
  let promoted = Deployment(version: "v1.1.0")

  @Test("a dry run judges everything and leaves nothing behind", arguments: ["push", "ref"]) func dry(_ gate: String)
    throws
  {
    let scene = try Scene()
    try scene.sandbox.configure("receive.advertisePushOptions", "true")
    try scene.sandbox.configure("mlops.gate", gate)
    func dry(_ message: String) throws -> String {
      try scene.clone.commit(message, [promoted.path: promoted.yaml], from: scene.base)
      let result = try scene.clone.push(["main"], options: ["-o", "mlops.dry-run"])
      #expect(result.status != 0 && result.moved.isEmpty, "\(result.transcript)")
      return result.report.text
    }
    let bad = try dry("Promote\n")
    #expect(bad.contains("[approval/missing]") && bad.contains("dry run: the push would be refused"), "\(bad)")
    let good = try dry(Fixtures.approved("Promote"))
    #expect(good.contains("dry run: the push would be accepted") && !good.contains("[approval"), "\(good)")
    #expect(!FileManager.default.fileExists(atPath: scene.sandbox.host + "/mlops"), "a dry run wrote something")
    #expect(try scene.sandbox.tip("refs/mlops/emitted/heads/main") == scene.base)
    expectAccepted(try scene.clone.push("main"))
  }

  @Test(
    "a push option of ours that does not exist refuses the push",
    arguments: [
      ("mlops.dryrun", "did you mean `-o mlops.dry-run`?"), ("mlops.dry-run=true", "did you mean `-o mlops.dry-run`?"),
      ("mlops.skip\u{1b}", "leave it out"),
    ]) func misspelt(_ option: String, _ hint: String) throws
  {
    let scene = try Scene()
    try scene.sandbox.configure("receive.advertisePushOptions", "true")
    try scene.clone.commit("Note", ["README.md": "x\n"])
    let result = try scene.clone.push(["main"], options: ["-o", option])
    expectRefused(result, "push/malformed")
    #expect(result.report.text.contains(hint) && !result.transcript.utf8.contains(0x1b), "\(result.transcript)")
    expectAccepted(try scene.clone.push(["main"], options: ["-o", "ci.skip", "-o", "skip=1"]))
  }

  @Test("audit mode lets no malformed push, reserved ref or change of the rules through") func audit() throws {
    let policy = Fixtures.policy("reserved_refs: {\"refs/heads/rendered/*\": [render-bot]}")
    let scene = try Scene(Fixtures.people(policy: policy))
    try scene.sandbox.configure("mlops.mode", "audit")
    try scene.clone.commit("Promote\n", [promoted.path: promoted.yaml])
    let raw = RawReceivePack(scene.clone)
    let tip = try scene.clone.tip()
    let pushes = [
      try raw.push(
        [.init(scene.base, tip, "refs/heads/main"), .init(scene.base, tip, "refs/heads/main")], pack: [tip]),
      try raw.push([.init(RawReceivePack.zero, tip, "refs/mlops/x")], pack: [tip]),
      try raw.push([.init(RawReceivePack.zero, tip, "refs/replace/\(scene.base)")], pack: [tip]),
      try scene.clone.push("main:refs/heads/rendered/production"),
    ]
    for push in pushes { expectRefused(push, "push/malformed") }
    for (name, text) in [
      ("policies/policy.yaml", Fixtures.policy()), ("policies/policy.yaml", "kind: ["), ("policies/x.sh", "x"),
      ("policies/approvers.yaml", Fixtures.directory.replacingOccurrences(of: "omar@", with: "eve@")),
    ] {
      try scene.clone.commit("Loosen\n", [name: text], from: scene.base)
      let result = try scene.clone.push("main")
      #expect(result.status != 0 && result.moved.isEmpty, "\(name): \(result.transcript)")
    }
    #expect(try scene.sandbox.audit().allSatisfy { $0["taken"] as? Bool == false })
    try scene.clone.commit("Promote\n", [promoted.path: promoted.yaml], from: scene.base)
    let taken = try scene.clone.push("main")
    #expect(taken.status == 0 && taken.report.text.contains("the gate only reports here"), "\(taken.transcript)")
  }
}
