import Foundation
import Glibc
import Testing

/// `mlops-hook monitor` looks at every repository of a host.
@Suite("mlops-hook monitor") struct MonitorTests {
  /// A host with a folder of repositories: one in force, one in a folder of a group, one behind a link.
  private func host() throws -> (sandbox: GitSandbox, folder: String) {
    let sandbox = try GitSandbox()
    let folder = sandbox.root + "/srv"
    for name in ["srv/models.git", "srv/group/team/more.git", "outside/off.git"] {
      let path = sandbox.root + "/" + name
      try sandbox.git(["init", "--quiet", "--bare", "--template=", path], in: sandbox.root)
      guard !name.hasPrefix("outside") else { continue }
      try sandbox.run(["cp", "-r", sandbox.host + "/hooks", path + "/hooks"], in: sandbox.root)
    }
    symlink("../outside", folder + "/link")
    symlink("../outside/off.git", folder + "/off.git")
    return (sandbox, folder)
  }

  private func json(_ output: Output) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(output.standardOutput)) as? [String: Any])
  }

  @Test("all in force is 0, and links are not followed out") func inForce() throws {
    let (sandbox, folder) = try host()
    for flags in [[], ["--canary"]] {
      let output = try sandbox.mlops(["monitor", "--scan", folder] + flags, in: sandbox.root)
      #expect(output.status == 0, "\(output.out)\(output.err)")
      #expect(output.out.contains("2 repositories: 2 in force, 0 not, 0 unknown"), "\(output.out)")
    }
  }

  @Test("one that is off is 1, with its cause, in words, JSON and metrics") func off() throws {
    let (sandbox, folder) = try host()
    let broken = folder + "/group/team/more.git"
    chmod(broken + "/hooks/pre-receive", 0o644)
    let text = try sandbox.mlops(["monitor", "--scan", folder], in: sandbox.root)
    #expect(text.status == 1, "\(text.out)\(text.err)")
    #expect((text.out + text.err).contains("error: \(broken): the hook `pre-receive` is not executable"), "\(text.out)")
    let metrics = sandbox.root + "/gate.prom"
    let output = try sandbox.mlops(
      ["monitor", "--scan", folder, "--format", "json", "--metrics-file", metrics], in: sandbox.root)
    #expect(output.status == 1)
    let answer = try json(output)
    #expect(answer["armed"] as? Int == 1 && answer["off"] as? Int == 1 && answer["unknown"] as? Int == 0)
    let entries = try #require(answer["repositories"] as? [[String: Any]])
    #expect(entries.map { $0["path"] as? String } == [broken, folder + "/models.git"])
    #expect(entries.map { $0["state"] as? String } == ["off", "armed"])
    let problems = try #require(entries[0]["problems"] as? [[String: Any]])
    #expect((problems.first?["fix"] as? String)?.hasPrefix("chmod +x ") == true, "\(problems)")
    let written = try String(contentsOfFile: metrics, encoding: .utf8)
    #expect(written.contains("mlops_gate_armed{repository=\"\(broken)\"} 0\n"), "\(written)")
    #expect(written.contains("mlops_gate_armed{repository=\"\(folder)/models.git\"} 1\n"), "\(written)")
    let left = try sandbox.mlops(["monitor", "--scan", folder, "--except", broken], in: sandbox.root)
    #expect(left.status == 0 && left.out.contains("1 repository: 1 in force"), "\(left.out)")
  }

  @Test("what cannot be read is reported, and is 2; so is a folder without repositories") func unreadable() throws {
    let (sandbox, folder) = try host()
    let torn = folder + "/group/torn.git"
    for part in ["objects", "refs"] {
      try FileManager.default.createDirectory(atPath: "\(torn)/\(part)", withIntermediateDirectories: true)
    }
    let output = try sandbox.mlops(["monitor", "--scan", folder, "--format", "json"], in: sandbox.root)
    #expect(output.status == 2, "\(output.out)\(output.err)")
    let entries = try #require(try json(output)["repositories"] as? [[String: Any]])
    #expect(entries.first { $0["path"] as? String == torn }?["state"] as? String == "unknown", "\(entries)")
    try sandbox.write("srv/models.git/config", "[core\n")
    let config = try sandbox.mlops(["monitor", "--scan", folder], in: sandbox.root)
    #expect(config.status == 2 && config.out.contains("1 in force, 0 not, 2 unknown"), "\(config.out)\(config.err)")
    for arguments in [["--scan", sandbox.root + "/home"], ["--scan", "/nowhere"], []] {
      #expect(try sandbox.mlops(["monitor"] + arguments, in: sandbox.root).status == 2, "\(arguments)")
    }
  }

  @Test("a folder that may not be entered is reported", .enabled(if: geteuid() != 0)) func closed() throws {
    let (sandbox, folder) = try host()
    chmod(folder + "/group", 0)
    let output = try sandbox.mlops(["monitor", "--scan", folder], in: sandbox.root)
    #expect(output.status == 2 && (output.out + output.err).contains("/group"), "\(output.out)")
  }
}
