import Testing

/// Lines that are long enough for a second thread to read ahead of the judge.
@Suite("Long lines") struct LongLineTests {
  /// Makes 600 approved changes of one deployment; the commit at `bad` has none of the approvals.
  private func changes(_ scene: Scene, bad: Int?) throws {
    var stream = "reset refs/heads/main\nfrom \(scene.base)\n\n"
    for index in 0..<600 {
      let text = Deployment().with { $0.replicas = "\(index + 10)" }.yaml
      let message = index == bad ? "Change\n" : Fixtures.approved("Change")
      stream += "commit refs/heads/main\ncommitter Dana <dana@example.com> \(1_700_000_000 + index) +0000\n"
      stream += "data \(message.utf8.count)\n\(message)\n"
      stream += "M 100644 inline \(Deployment().path)\ndata \(text.utf8.count)\n\(text)\n\n"
    }
    try scene.sandbox.git(["fast-import", "--quiet", "--force"], in: scene.clone.path, input: Array(stream.utf8))
  }

  @Test("600 approved changes land in one push, as check says, which has one thread") func accepted() throws {
    let scene = try Scene()
    try changes(scene, bad: nil)
    expectAccepted(try scene.clone.checkAndPush())
    #expect(try scene.sandbox.events().count == 1)
  }

  @Test("one unapproved change among 600 refuses them all, as check says", arguments: [0, 31, 32, 450, 599])
  func refused(bad: Int) throws {
    let scene = try Scene()
    try changes(scene, bad: bad)
    expectRefused(try scene.clone.checkAndPush(), "approval/missing", at: Deployment().path)
  }
}
