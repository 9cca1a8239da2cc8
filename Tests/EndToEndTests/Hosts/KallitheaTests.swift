import Foundation
import Glibc
import Testing

/// The gate behind a real Kallithea, where there is a Python that is old enough for it.
@Suite("Hosts: Kallithea") struct KallitheaTests {
  private static let tools = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../.."

  @Test("a push over HTTP: the pusher is who logged in", .enabled(if: TestTool.kallithea.path != nil))
  func gate() throws {
    let program = try #require(TestTool.kallithea.path)
    let bin = URL(fileURLWithPath: program).deletingLastPathComponent().path
    let scene = try Scene(hooks: [])
    let sandbox = scene.sandbox
    let repository = sandbox.root + "/repositories/models"
    for command in [
      ["mkdir", sandbox.root + "/repositories"], ["mv", sandbox.host, repository],
      // Kallithea serves nothing without it.
      ["mkdir", repository + "/info"],
      ["ln", "-s", repository, sandbox.host],
    ] { try sandbox.run(command, in: sandbox.root) }
    let port = try sandbox.freePort()
    for arguments in [
      ["config-create", "my.ini", "host=127.0.0.1", "port=\(port)"],
      [
        "db-create", "-c", "my.ini", "--user=carol", "--password=secret12", "--email=carol@example.com",
        "--repos=\(sandbox.root)/repositories", "--force-yes", "--no-public-access",
      ],
    ] {
      let output = try sandbox.run([program] + arguments, in: sandbox.root)
      guard output.status == 0 else { throw SceneError("\(arguments[0]): \(output.err)\(output.out)") }
    }
    #expect(FileManager.default.fileExists(atPath: repository + "/hooks/post-receive"), "Kallithea has a hook")
    let installed = try sandbox.run(
      [
        Self.tools + "/install.sh", "--prefix", sandbox.root + "/prefix", "--from", GitSandbox.products, "--repo",
        repository,
      ], in: sandbox.root)
    #expect(
      installed.status == 0 && installed.out.contains("kept in post-receive.d/"), "\(installed.out)\(installed.err)")

    let server = try sandbox.start([bin + "/gearbox", "serve", "-c", "my.ini"], in: sandbox.root)
    let connect = "import socket; socket.create_connection(('127.0.0.1', \(port)), 5).close()"
    #expect(
      try sandbox.eventually(within: 60) {
        try server.hasEnded() || sandbox.run(["python3", "-c", connect], in: sandbox.root).status == 0
      })
    try scene.clone.git("config", "remote.origin.url", "http://carol:secret12@127.0.0.1:\(port)/models")
    try scene.expectGate(pusher: "carol")

    // Kallithea takes the hook's place where it is told to; that is seen.
    func monitor() throws -> Output { try sandbox.mlops(["monitor", "--repo", repository], in: sandbox.root) }
    #expect(try monitor().status == 0)
    try sandbox.run([program, "repo-scan", "-c", "my.ini", "--overwrite-git-hooks"], in: sandbox.root)
    let overwritten = try monitor()
    #expect(overwritten.status == 1 && overwritten.out.contains("`post-receive` is not mlops-hook's"), "\(overwritten)")
    withExtendedLifetime(server) {}
  }
}
