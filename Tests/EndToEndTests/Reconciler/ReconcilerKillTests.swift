import Foundation
import Glibc
import Testing

/// Killed at any point: what is current is always a whole version, and the next pass needs no help.
@Suite("Reconciler: killed", .serialized) struct ReconcilerKillTests {
  /// What changes something outside of the process.
  private static let calls = [
    "rename", "renameat", "renameat2", "symlink", "unlink", "unlinkat", "mkdir", "fsync", "flock",
  ]

  private func trace(_ place: ReconcilerScene, _ strace: String, _ options: [String]) throws -> Output {
    try place.scene.sandbox.run(
      [strace, "-f", "-e", "trace=" + Self.calls.joined(separator: ",")] + options
        + [
          "\(GitSandbox.products)/mlops-reconciler", "once", "--environment", "production", "--state", place.state,
          "--repository", place.scene.sandbox.host, "--targets", place.targets, "--log-level", "error",
        ] + place.flags, in: place.scene.sandbox.root)
  }

  /// What is current, if its file is whole.
  private func whole(_ place: ReconcilerScene) -> Bool {
    guard let current = place.current else { return true }
    let text = try? String(contentsOfFile: place.served + "/segmentation/current/model.onnx", encoding: .utf8)
    return text?.hasSuffix("/segmentation/\(current)/\n") ?? false
  }

  @Test("SIGKILL at each call that changes something leaves a whole version current, and the next pass goes on")
  func kill() throws {
    guard let strace = try TestTool.strace.orSkip() else { return }
    let place = try ReconcilerScene()
    #expect(try place.reconciler("once").status == 0)
    try place.scene.promote("v1.1.0")
    let files = FileManager.default
    let kept = place.scene.sandbox.root + "/kept"
    try files.createDirectory(atPath: kept, withIntermediateDirectories: true)
    for name in ["served", "operator"] {
      try files.copyItem(atPath: "\(place.scene.sandbox.root)/\(name)", toPath: "\(kept)/\(name)")
    }
    func reset() throws {
      for name in ["served", "operator"] {
        try files.removeItem(atPath: "\(place.scene.sandbox.root)/\(name)")
        try files.copyItem(atPath: "\(kept)/\(name)", toPath: "\(place.scene.sandbox.root)/\(name)")
      }
    }
    let log = place.scene.sandbox.root + "/trace"
    let plain = try trace(place, strace, ["-o", log])
    #expect(plain.status == 0 && place.current == "v1.1.0", "\(plain.out)\(plain.err)")
    // A thread counts its own calls.
    var counts: [String: [String: Int]] = [:]
    for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard words.count == 2 else { continue }
      counts[String(words[1].drop { $0 == " " }.prefix { $0 != "(" }), default: [:]][String(words[0]), default: 0] += 1
    }
    var points = 0
    for call in Self.calls {
      let most = min(counts[call]?.values.max() ?? 0, 25)
      for number in stride(from: 1, through: most, by: 1) {
        try reset()
        let killed = try trace(place, strace, ["-o", "/dev/null", "-e", "inject=\(call):signal=KILL:when=\(number)"])
        if killed.status == 128 + SIGKILL { points += 1 }
        #expect(whole(place), "killed at \(call) \(number): \(place.current ?? "nothing") is not whole")
        let next = try place.reconciler("once", "--log-level", "error")
        #expect(next.status == 0, "killed at \(call) \(number): \(next.out)\(next.err)")
        #expect(place.current == "v1.1.0" && whole(place), "killed at \(call) \(number)")
        let plan = try place.reconciler("plan", "--log-level", "error")
        #expect(plan.status == 0, "killed at \(call) \(number): \(plan.out)")
      }
    }
    FileHandle.standardError.write(Data("reconciler: killed at \(points) points\n".utf8))
    #expect(points > 15, "only \(points) points were met")
  }

  @Test("a full disk keeps the last good version, and the next pass with room goes on") func fullDisk() throws {
    let place = try ReconcilerScene()
    let sandbox = place.scene.sandbox
    let probe = try sandbox.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], in: sandbox.root)
    guard probe.status == 0 else {
      FileHandle.standardError.write(Data("SKIPPED: a small disk cannot be mounted here\n".utf8))
      return
    }
    #expect(try place.reconciler("once").status == 0)
    try place.scene.promote("v1.1.0")
    let flags =
      "--environment production --state '\(place.state)' --repository '\(sandbox.host)' --targets '\(place.targets)' --retry-seconds 0"
    let script = """
      set -e
      mv '\(place.served)' kept
      mkdir '\(place.served)'
      mount -t tmpfs -o size=256k none '\(place.served)'
      cp -a kept/. '\(place.served)'
      dd if=/dev/zero of='\(place.served)/filler' bs=4k 2>/dev/null || true
      '\(GitSandbox.products)/mlops-reconciler' once \(flags) || echo "status $?"
      echo "current $(readlink '\(place.served)/segmentation/current')"
      rm '\(place.served)/filler'
      '\(GitSandbox.products)/mlops-reconciler' once \(flags) || echo "status $?"
      echo "current $(readlink '\(place.served)/segmentation/current')"
      """
    let output = try sandbox.run(["unshare", "-m", "sh", "-c", script], in: sandbox.root)
    #expect(output.status == 0, "\(output.out)\(output.err)")
    #expect(output.out.contains("current versions/v1.0.0"), "\(output.out)\(output.err)")
    #expect(output.out.hasSuffix("current versions/v1.1.0\n"), "\(output.out)\(output.err)")
  }
}
