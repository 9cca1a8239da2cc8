import Foundation
import Testing

/// `git push --signed`: what a push certificate tells the gate, and what it cannot.
@Suite("Hosts: signed pushes") struct SignedPushTests {
  /// A host that wants certificates, and whose policy lets nobody approve what they push.
  private func scene(_ spec: String = "approvals: {exclude: [author, committer, co-author, pusher]}") throws -> Scene {
    let scene = try Scene(Fixtures.people(policy: Fixtures.policy(spec)))
    try scene.sandbox.configure("receive.certNonceSeed", "a seed of this test")
    try scene.sandbox.configure("mlops.pusherEnv", "PUSHER")
    return scene
  }

  /// Makes a key, and gives its path.
  private func key(_ name: String, _ scene: Scene) throws -> String {
    let path = scene.sandbox.root + "/" + name
    try scene.sandbox.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], in: scene.sandbox.root)
    return path
  }

  /// Lets the host know whose keys are whose.
  private func allow(_ lines: [(options: String, key: String)], _ scene: Scene) throws {
    let text = try lines.map { line in
      let key = try String(contentsOfFile: line.key + ".pub", encoding: .utf8).split(separator: " ").prefix(2)
      return "\(line.options) \(key.joined(separator: " "))\n"
    }
    try scene.sandbox.configure(
      "gpg.ssh.allowedSignersFile", try scene.sandbox.write("allowed-signers", text.joined()))
  }

  private func push(_ scene: Scene, key: String, format: String = "ssh", to ref: String = "main") throws -> PushResult {
    try scene.clone.git("config", "gpg.format", format)
    try scene.clone.git("config", "user.signingkey", key)
    return try scene.clone.push([ref], options: ["--signed"], environment: ["PUSHER": "deploy-bot"])
  }

  private func promote(_ scene: Scene) throws {
    let manifest = Deployment(version: "v1.1.0")
    try scene.clone.commit(Fixtures.approved("Promote"), [manifest.path: manifest.yaml], from: scene.base)
  }

  private func identities(_ scene: Scene) throws -> [String] {
    (try scene.sandbox.audit().last { $0["type"] as? String == "judged" }?["identities"] as? [[String: Any]] ?? [])
      .map { "\($0["name"] as? String ?? "") by \($0["by"] as? String ?? "")" }
  }

  @Test("the signer of a push cannot approve it, whoever the host says pushes") func excluded() throws {
    let scene = try scene()
    let (aiko, dave) = (try key("aiko", scene), try key("dave", scene))
    try allow([("aiko@example.com", aiko), ("dave@example.com", dave)], scene)
    try promote(scene)
    let own = try push(scene, key: aiko)
    expectRefused(own, "approval/missing", "approval/self", at: Deployment().path)
    #expect(own.transcript.contains("aiko@example.com"), "\(own.transcript)")
    #expect(try identities(scene) == ["deploy-bot by host", "aiko@example.com by certificate"])
    expectAccepted(try push(scene, key: dave))
    #expect(try identities(scene) == ["deploy-bot by host", "dave@example.com by certificate"])
  }

  @Test(
    "a certificate that git calls good but that nobody vouches for names nobody",
    arguments: [
      "dave@example.com", "aiko@example.com valid-before=\"20200101\"", "aiko@example.com namespaces=\"file\"", nil,
    ])
  func unproven(entry: String?) throws {
    let scene = try scene()
    let (aiko, dave) = (try key("aiko", scene), try key("dave", scene))
    if let entry { try allow([(entry, entry.hasPrefix("dave") ? dave : aiko)], scene) }
    try promote(scene)
    let pushed = try push(scene, key: aiko)
    expectAccepted(pushed)
    #expect(try identities(scene) == ["deploy-bot by host"])
  }

  @Test("a certificate gives no right") func noRight() throws {
    let scene = try scene("reserved_refs: {\"refs/heads/rendered/*\": [aiko]}")
    let aiko = try key("aiko", scene)
    try allow([("aiko@example.com", aiko)], scene)
    let tip = try scene.clone.commit("Render", ["README.md": "rendered\n"], on: "rendered")
    let pushed = try push(scene, key: aiko, to: "\(tip):refs/heads/rendered/main")
    expectRefused(pushed, "push/malformed", at: "refs/heads/rendered/main")
  }

  @Test("a certificate with another nonce than the host's names nobody") func nonce() throws {
    let scene = try scene()
    let aiko = try key("aiko", scene)
    try allow([("aiko@example.com", aiko)], scene)
    try promote(scene)
    // As if the certificate were an old one: what git then says of the nonce.
    for status in ["SLOP", "BAD", "MISSING", "UNSOLICITED", ""] {
      try scene.sandbox.wrapHook(
        "pre-receive", "export GIT_PUSH_CERT_NONCE_STATUS=\(status)\nREAL\nstatus=$?\n[ $status = 1 ] || exit 1\n")
      let pushed = try push(scene, key: aiko)
      #expect(pushed.status != 0 && pushed.report.problems.isEmpty, "\(status): \(pushed.transcript)")
      #expect(try identities(scene) == ["deploy-bot by host"], "\(status)")
    }
    try scene.sandbox.installHook("pre-receive")
    expectRefused(try push(scene, key: aiko), "approval/missing", "approval/self", at: Deployment().path)
  }

  @Test("OpenPGP keys: one that the host knows names its owner, and no other does") func openPGP() throws {
    guard let gpg = try TestTool.gpg.orSkip() else { return }
    let scene = try scene()
    // Sockets of its agent have short paths alone.
    let home = try scene.sandbox.run(["mktemp", "-d", "/tmp/gpg-XXXXXX"], in: "/").out.trimmingCharacters(
      in: .newlines)
    defer {
      _ = try? scene.sandbox.run(["gpgconf", "--homedir", home, "--kill", "all"], in: "/")
      try? FileManager.default.removeItem(atPath: home)
    }
    var fingerprints: [String] = []
    for owner in ["Aiko Tanaka <aiko@example.com>", "Mallory <aiko@example.com>"] {
      let made = try scene.sandbox.run(
        [
          gpg, "--homedir", home, "--batch", "--passphrase", "", "--status-fd", "1", "--quick-gen-key", owner,
          "ed25519", "sign", "never",
        ], in: scene.sandbox.root)
      let line = made.out.split(separator: "\n").first { $0.contains("KEY_CREATED") }
      fingerprints.append(String(try #require(line?.split(separator: " ").last, "\(made.err)")))
    }
    let known = scene.sandbox.root + "/known"
    try FileManager.default.createDirectory(atPath: known, withIntermediateDirectories: true)
    chmod(known, 0o700)
    let exported = try scene.sandbox.run(
      [gpg, "--homedir", home, "--export", fingerprints[0]], in: scene.sandbox.root)
    try scene.sandbox.run([gpg, "--homedir", known, "--batch", "--import"], in: "/", input: exported.standardOutput)
    let (own, others) = (scene.sandbox.root + "/sign", scene.sandbox.root + "/verify")
    for (path, folder) in [(own, home), (others, known)] {
      try scene.sandbox.run(
        [
          "/bin/sh", "-c", "printf '#!/bin/sh\\nexec \(gpg) --homedir \(folder) \"$@\"\\n' >\"$0\" && chmod 755 \"$0\"",
          path,
        ],
        in: "/")
    }
    try scene.clone.git("config", "gpg.program", own)
    try scene.sandbox.configure("gpg.program", others)
    try promote(scene)
    expectRefused(
      try push(scene, key: fingerprints[0], format: "openpgp"), "approval/missing", "approval/self",
      at: Deployment().path)
    #expect(
      try identities(scene) == [
        "deploy-bot by host", "aiko@example.com by certificate", "Aiko Tanaka by certificate",
      ])
    expectAccepted(try push(scene, key: fingerprints[1], format: "openpgp"))
    #expect(try identities(scene) == ["deploy-bot by host"])
  }
}
