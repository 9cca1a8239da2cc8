import Foundation
import Glibc
import Testing

/// The gate with a newer git than Debian's, on both sides of the push.
@Suite("Hosts: a newer git") struct NewerGitTests {
  /// The environment in which that git finds itself; nil where it is not installed.
  private func environment() throws -> [String: String]? {
    guard let git = try TestTool.newerGit.orSkip() else { return nil }
    let folder = URL(fileURLWithPath: git).deletingLastPathComponent()
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return [
      "PATH": folder.path + ":" + path,
      "GIT_EXEC_PATH": folder.deletingLastPathComponent().path + "/libexec/git-core",
    ]
  }

  private var user: String { String(cString: getpwuid(geteuid()).pointee.pw_name) }

  @Test("the gate refuses, accepts, runs dry and is proved") func gate() throws {
    guard let environment = try environment() else { return }
    let scene = try Scene(environment: environment)
    let sandbox = scene.sandbox
    try sandbox.configure("receive.advertisePushOptions", "true")
    try scene.expectGate(pusher: user)
    let note = try scene.clone.commit("Note", ["README.md": "new\n"])
    let dry = try scene.clone.push(
      ["main"], options: ["-o", "mlops.dry-run"], environment: ["GIT_TRACE_PACKET": "1"])
    // Who says so are both ends.
    for end in ["push< ", "push> "] {
      let line = dry.transcript.split(separator: "\n").first { $0.contains(end) && $0.contains("agent=git/") }
      #expect(line?.contains("agent=git/2.50.1") == true, "\(end): \(line ?? "")")
    }
    #expect(dry.moved.isEmpty && dry.transcript.contains("dry run: the push would be accepted"), "\(dry.transcript)")
    // Objects of a refused push stay in quarantine, and are gone.
    let bad = try scene.clone.commit("Bad", [Deployment().path: Deployment(version: "v9.0.0").yaml])
    expectRefused(try scene.clone.push(), "metric/threshold", "approval/missing")
    #expect(try sandbox.run(["git", "cat-file", "-e", bad], in: sandbox.host).status != 0)
    #expect(try scene.clone.push("\(note):main").moved == ["refs/heads/main": note])
    let raw = try scene.clone.push("+\(scene.base):main", ":main")
    #expect(raw.status != 0 && raw.moved.isEmpty, "\(raw.transcript)")
    let canary = try sandbox.mlops(["doctor", "--canary", "--repo", sandbox.host], in: sandbox.root)
    #expect(canary.status == 0 && canary.out.contains("was refused by the gate"), "\(canary.out)")
  }

  @Test("strict: git of 2.46 and later shows the hook what `symbolic-ref` does") func strict() throws {
    guard let environment = try environment() else { return }
    let scene = try Scene(environment: environment)
    let sandbox = scene.sandbox
    try sandbox.configure("mlops.strict", "true")
    try sandbox.installHook("reference-transaction")
    try scene.expectGate(pusher: user)
    let tip = try scene.clone.tip()
    expectAccepted(try scene.clone.push("main:refs/heads/topic"))
    for command in [
      ["update-ref", "refs/heads/main", scene.base], ["update-ref", "-d", "refs/heads/main"],
      ["symbolic-ref", "refs/heads/main", "refs/heads/topic"], ["branch", "--force", "main", scene.base],
    ] {
      let moved = try sandbox.run(["git"] + command, in: sandbox.host)
      #expect(moved.status != 0 && moved.err.contains("refs/heads/main"), "\(command): \(moved.err)")
      #expect(try sandbox.tip("refs/heads/main") == tip, "\(command)")
    }
    for command in [["gc", "--quiet"], ["pack-refs", "--all"], ["update-ref", "-d", "refs/heads/topic"]] {
      #expect(try sandbox.run(["git"] + command, in: sandbox.host).status == 0, "\(command)")
    }
  }

  @Test("a format that the gate cannot read is refused in words", arguments: ["reftable", "sha256", "migrated"])
  func unreadable(_ format: String) throws {
    guard let environment = try environment() else { return }
    let scene = try Scene(environment: environment)
    let host = scene.sandbox.root + "/other.git"
    let flag = ["reftable": "--ref-format=reftable", "sha256": "--object-format=sha256"][format]
    try scene.sandbox.git(
      ["init", "--quiet", "--bare", "--template=", "--initial-branch=main"] + (flag.map { [$0] } ?? []) + [host],
      in: scene.sandbox.root)
    try scene.sandbox.run(["cp", "-r", scene.sandbox.host + "/hooks", host + "/hooks"], in: scene.sandbox.root)
    var clone = scene.clone.path
    if format == "sha256" {
      clone = scene.sandbox.root + "/other"
      try scene.sandbox.git(["init", "--quiet", "--object-format=sha256", clone], in: scene.sandbox.root)
      try scene.sandbox.git(["commit", "--quiet", "--allow-empty", "-m", "x"], in: clone)
    }
    if format == "migrated" { try scene.sandbox.git(["refs", "migrate", "--ref-format=reftable"], in: host) }
    let pushed = try scene.sandbox.run(["git", "push", host, "main"], in: clone)
    let report = Report.remote(in: pushed.standardError)
    #expect(pushed.status != 0 && report.checks == ["host/internal"], "\(pushed.err)")
    #expect(
      report.text.contains(format == "sha256" ? "extensions.objectformat" : "extensions.refstorage"), "\(report.text)")
    #expect(try scene.sandbox.git(["for-each-ref"], in: host).isEmpty)
    let doctor = try scene.sandbox.mlops(["doctor", "--repo", host], in: scene.sandbox.root)
    #expect(doctor.status == 1 && doctor.out.contains("every push is refused"), "\(doctor.out)")
  }
}
