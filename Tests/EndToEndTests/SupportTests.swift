import Testing

/// The instruments themselves: on a host without a gate everything lands, so that a refusal elsewhere is the gate's.
@Suite("The test instruments") struct SupportTests {
  @Test("without hooks a push lands") func plainPush() throws {
    let scene = try Scene(hooks: [])
    try scene.clone.commit("Change", ["x.txt": "x\n"])
    let result = try scene.clone.push()
    #expect(result.status == 0, "\(result.transcript)")
    #expect(result.moved == ["refs/heads/main": try scene.clone.tip()])
  }

  @Test("without hooks the raw client lands illegal objects and lying commands") func rawPush() throws {
    let scene = try Scene(hooks: [])
    let hostile = HostileObjects(scene.clone)
    let blob = try hostile.blob("x\n")
    let tree = try hostile.tree([.init("100644", "a", blob), .init("100644", "a", blob)])
    let commit = try hostile.commit(tree: tree, parents: [scene.base], message: "Evil\n")
    let result = try RawReceivePack(scene.clone).push(
      [.init(scene.base, commit, "refs/heads/main")], pack: [commit, "^\(scene.base)"])
    #expect(result.status == 0, "\(result.transcript)")
    #expect(result.moved == ["refs/heads/main": commit])
  }

  @Test("a refusing hook's lines come back without git's prefix") func remoteLines() throws {
    let scene = try Scene(hooks: [])
    try scene.sandbox.installHook("pre-receive")
    try scene.sandbox.wrapHook(
      "pre-receive", "echo 'error: a.yaml:3:5: bad [metric/threshold]' >&2; echo 'hint: mend it' >&2; exit 1\n")
    try scene.clone.commit("Change", ["x.txt": "x\n"])
    let result = try scene.clone.push()
    #expect(result.status != 0 && result.moved.isEmpty)
    #expect(result.report.problems.first?.check == "metric/threshold")
    #expect(result.report.problems.first?.body == "a.yaml:3:5: bad")
    #expect(result.report.problems.first?.hints == ["mend it"])
  }
}
