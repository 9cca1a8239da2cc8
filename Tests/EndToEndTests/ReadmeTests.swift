import Foundation
import Testing

/// The README's walk-through, typed as it stands there.
@Suite("README") struct ReadmeTests {
  /// The blocks of shell commands below a heading of the README.
  private static func blocks(below heading: String) throws -> [String] {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("README.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## ").first { $0.hasPrefix(heading) })
    return section.components(separatedBy: "```sh\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
  }

  @Test("from init to a signed promotion and its rollback, in under ten commands") func walkThrough() throws {
    let blocks = try Self.blocks(below: "Use it")
    try #require(blocks.count >= 3)
    let way = blocks.prefix(3).joined()
    let commands = way.replacingOccurrences(of: "\\\n", with: " ").split(separator: "\n")
    #expect(commands.count < 10, "\(commands)")
    #expect(commands.allSatisfy { $0.hasPrefix("mlops-hook ") || $0 == "cd models" }, "\(commands)")

    let sandbox = try GitSandbox()
    let people = [("jun", "Jun Sato"), ("aiko", "Aiko Tanaka")]
    for (login, _) in people {
      try sandbox.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", login, "-f", "\(sandbox.root)/\(login)"], in: sandbox.root
      )
    }
    try sandbox.write("metrics.json", "{\"accuracy\": 0.95, \"inference_latency_p99\": \"82ms\"}")
    func type(_ block: String, as login: String, in folder: String) throws {
      let name = people.first { $0.0 == login }?.1 ?? login
      let environment = [
        "PATH": "\(GitSandbox.products):" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"),
        "GIT_CONFIG_COUNT": "5", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": name,
        "GIT_CONFIG_KEY_1": "user.email", "GIT_CONFIG_VALUE_1": "\(login)@example.com",
        "GIT_CONFIG_KEY_2": "gpg.format", "GIT_CONFIG_VALUE_2": "ssh", "GIT_CONFIG_KEY_3": "user.signingKey",
        "GIT_CONFIG_VALUE_3": "\(sandbox.root)/\(login).pub", "GIT_CONFIG_KEY_4": "url.\(sandbox.host).insteadOf",
        "GIT_CONFIG_VALUE_4": "git@git.example.com:models.git",
      ]
      let output = try sandbox.run(["sh", "-e", "-c", block], in: folder, environment: environment)
      #expect(output.status == 0, "\(block)\n\(output.out)\n\(output.err)")
    }
    try type(blocks[0], as: "jun", in: sandbox.root)
    try sandbox.git(["clone", "--quiet", sandbox.host, sandbox.root + "/aiko-clone"], in: sandbox.root)
    try type(blocks[1], as: "aiko", in: sandbox.root + "/aiko-clone")
    try type(blocks[2], as: "jun", in: sandbox.root + "/models")

    let subjects = try sandbox.git(["log", "--first-parent", "--format=%s", "main"]).split(separator: "\n").map(
      String.init)
    #expect(
      subjects == [
        "Rollback: churn v1.1.0 -> v1.0.0", "Promotion: churn v1.0.0 -> v1.1.0", "Promotion: churn v1.0.0 -> v1.1.0",
        "Register churn v1.1.0", "Begin a repository of models",
      ])
    let trailers = try sandbox.git(["log", "-1", "--format=%(trailers:key=Approved-by)", "main~1"])
    #expect(trailers.hasPrefix("Approved-by: Aiko Tanaka <aiko@example.com>"))
    let manifest = try sandbox.git(["show", "main:deployments/production/churn.yaml"])
    #expect(manifest.contains("version: v1.0.0"))
    #expect(try sandbox.refs().keys.sorted() == ["refs/heads/main"], "proposals and approvals are gone")
    let approved = try sandbox.audit().flatMap { $0["approvals"] as? [[String: Any]] ?? [] }
    #expect(approved.count == 1 && approved.allSatisfy { $0["proof"] as? String == "signed" })
    // What the README shows afterwards works too.
    try type("git pull --quiet", as: "jun", in: sandbox.root + "/models")
    for block in blocks.dropFirst(3) where !block.contains("policies/strict") {
      try type(block, as: "jun", in: sandbox.root + "/models")
    }
  }
}
