import Foundation
import Glibc
import Testing

/// Whatever cannot be read is refused with its reason.
@Suite("Bad input") struct BadInputTests {
  let promoted = Deployment(version: "v1.1.0")

  private func line(_ old: String, _ new: String, _ ref: String = "refs/heads/main") -> [UInt8] {
    Array("\(old) \(new) \(ref)\n".utf8)
  }

  /// Puts a commit of 500 badly placed files with long names into both repositories.
  private func manyFiles(_ scene: Scene) throws -> String {
    var files: Clone.Changes = [:]
    for index in 0..<500 { files["deployments/production/\(String(repeating: "x", count: 200))\(index).txt"] = "x" }
    let next = try scene.clone.commit("Many", files)
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "main:refs/heads/copy"])
    return next
  }

  @Test("a host's policy that never answers does not hold the gate") func fifoPolicy() throws {
    let scene = try Scene()
    let folder = try scene.sandbox.hostPolicy(Fixtures.policy(), approvers: Fixtures.directory)
    unlink(folder + "/policy.yaml")
    mkfifo(folder + "/policy.yaml", 0o600)
    try scene.sandbox.configure("mlops.timeout", "1")
    try scene.clone.commit("x", ["README.md": "x\n"])
    let start = Date()
    expectRefused(try scene.clone.push("main"), [], exactly: false)
    #expect(Date().timeIntervalSince(start) < 8)
  }

  @Test("207: a client that does not read its report does not hold the gate") func deafClient() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.timeout", "1")
    let next = try manyFiles(scene)
    // Standard error is a full pipe that nobody empties.
    let gate =
      "\(GitSandbox.products)/pre-receive <&3; STATUS=$?; kill $FILL 2>/dev/null; echo $STATUS > \(scene.sandbox.root)/status"
    let start = Date()
    try scene.sandbox.run(
      ["bash", "-c", "exec 3<&0; ( yes >&2 & FILL=$!; sleep 0.3; \(gate) ) 2>&1 >/dev/null | sleep 9"],
      in: scene.sandbox.host, environment: ["GIT_DIR": "."], input: line(scene.base, next), seconds: 30)
    #expect(Date().timeIntervalSince(start) < 20)
    let status = try? String(contentsOfFile: scene.sandbox.root + "/status", encoding: .utf8)
    #expect(status == "1\n", "\(status ?? "none")")
  }

  @Test("a SHA-256 repository is refused with that reason") func sha256() throws {
    let sandbox = try GitSandbox(arguments: ["--object-format=sha256"])
    let clone = sandbox.root + "/clone"
    try sandbox.git(["init", "--quiet", "--object-format=sha256", clone], in: sandbox.root)
    try sandbox.git(["commit", "--quiet", "--allow-empty", "-m", "x"], in: clone)
    let output = try sandbox.run(["git", "push", sandbox.host, "HEAD:refs/heads/main"], in: clone)
    #expect(output.status != 0 && output.err.lowercased().contains("sha-256"), "\(output.err)")
    #expect(try sandbox.refs().isEmpty)
  }

  @Test("a reftable repository is refused with that reason") func reftable() throws {
    let scene = try Scene()
    let next = try scene.clone.commit("Next", ["README.md": "x\n"])
    try scene.sandbox.git(["config", "core.repositoryFormatVersion", "1"])
    try scene.sandbox.git(["config", "extensions.refStorage", "reftable"])
    for (name, arguments) in [("pre-receive", []), ("update", ["refs/heads/main", scene.base, next])] {
      let output = try scene.sandbox.hook(name, arguments: arguments, input: line(scene.base, next))
      expectRefused(output)
      #expect(output.err.lowercased().contains("reftable"), "\(name): \(output.err)")
    }
  }

  @Test("an unknown repository extension is refused") func extensions() throws {
    let scene = try Scene()
    try scene.sandbox.git(["config", "core.repositoryFormatVersion", "1"])
    try scene.sandbox.git(["config", "extensions.surprise", "true"])
    expectRefused(try scene.sandbox.hook("pre-receive", input: line(scene.base, scene.base)))
  }

  @Test("missing objects are refused") func missingObjects() throws {
    let scene = try Scene()
    let gone = String(repeating: "1", count: 40)
    expectRefused(try scene.sandbox.hook("pre-receive", input: line(scene.base, gone)))
    // A commit whose tree was never sent.
    let commit = try HostileObjects(scene.clone).commit(tree: gone, parents: [scene.base], message: "x\n")
    let bytes = try scene.sandbox.run(["git", "cat-file", "commit", commit], in: scene.clone.path).standardOutput
    try scene.sandbox.git(["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], input: bytes)
    expectRefused(try scene.sandbox.hook("pre-receive", input: line(scene.base, commit)))
    // A manifest whose blob was never sent.
    let change = try scene.clone.commit(Fixtures.approved("x"), [promoted.path: promoted.yaml])
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "main:refs/heads/copy"])
    let blob = try scene.clone.git("rev-parse", "main:\(promoted.path)")
    unlink("\(scene.sandbox.host)/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    expectRefused(try scene.sandbox.hook("pre-receive", input: line(scene.base, change)))
  }

  @Test("commits without parents do not replace a protected branch") func parentless() throws {
    let scene = try Scene()
    let orphan = try scene.clone.commit("Orphan", Fixtures.people().mapValues { Optional($0) }, orphan: true)
    let result = try RawReceivePack(scene.clone).push([.init(scene.base, orphan, "refs/heads/main")], pack: [orphan])
    expectRefused(result, "history/rewrite", exactly: false)
  }

  static let malformed: [(name: String, bytes: String)] = [
    ("no line end", "OLD NEW refs/heads/main"), ("two fields", "OLD NEW\n"), ("an empty line", "\n"),
    ("a CR", "OLD NEW refs/heads/main\r\n"), ("two spaces", "OLD  NEW refs/heads/main\n"),
    ("capitals", "OLD NEWUPPER refs/heads/main\n"), ("a short id", "OLD 1234 refs/heads/main\n"),
    ("zero to zero", "ZERO ZERO refs/heads/x\n"), ("a bad name", "ZERO NEW refs/heads/a..b\n"),
    ("a lock", "ZERO NEW refs/heads/a.lock\n"), ("no ref", "ZERO NEW HEAD\n"),
    ("a NUL", "OLD NEW refs/heads/main\0x\n"),
    ("the end amid a line", "OLD NEW refs/heads/main\nZERO N"),
    ("a ref twice", "OLD NEW refs/heads/main\nOLD NEW refs/heads/main\n"),
    ("an outdated old value", "NEW NEW refs/heads/main\n"), ("HTTP", "GET / HTTP/1.1\n"),
  ]

  @Test("lines that git would not write are refused") func malformedLines() throws {
    let scene = try Scene()
    let next = try scene.clone.commit("Next", ["README.md": "x\n"])
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "main:refs/heads/copy"])
    for (name, text) in Self.malformed {
      let input = text.replacingOccurrences(of: "OLD", with: scene.base)
        .replacingOccurrences(of: "NEWUPPER", with: next.uppercased()).replacingOccurrences(of: "NEW", with: next)
        .replacingOccurrences(of: "ZERO", with: RawReceivePack.zero)
      let output = try scene.sandbox.hook("pre-receive", input: Array(input.utf8))
      #expect(
        output.status == 1 && Report.plain(output.err).checks == ["push/malformed"],
        "\(name): \(output.status) \(output.err)")
    }
    #expect(try scene.sandbox.hook("pre-receive", input: []).status == 0, "nothing to do")
  }

  @Test("update refuses arguments that git would not give") func updateArguments() throws {
    let scene = try Scene()
    for arguments in [
      [], ["refs/heads/main"], ["refs/heads/main", "x", "y"], ["refs/heads/main", scene.base, scene.base, "more"],
    ] {
      expectRefused(try scene.sandbox.hook("update", arguments: arguments))
    }
  }

  @Test("100,000 refs are refused at once, in little memory") func manyRefs() throws {
    let scene = try Scene()
    var input: [UInt8] = []
    for index in 0..<100_000 { input += line(RawReceivePack.zero, scene.base, "refs/heads/b\(index)") }
    let start = Date()
    let output = try scene.sandbox.hook("pre-receive", input: input)
    expectRefused(output, "push/malformed")
    #expect(Date().timeIntervalSince(start) < 5)
    #expect(output.standardError.count <= 16_384)
    #expect(
      Report.plain(output.err).problems.first?.text.contains("1000") == true || output.err.contains("1,000"),
      "\(output.err)")
  }

  @Test("a ref's name that is too long is told as such") func longName() throws {
    let scene = try Scene()
    let name = "refs/heads/" + String(repeating: "x/", count: 600) + "x"
    let result = try RawReceivePack(scene.clone).push(
      [.init(String(repeating: "0", count: 40), scene.base, name)], pack: [scene.base])
    expectRefused(result, "push/malformed")
    #expect(result.report.text.contains("has \(name.utf8.count) bytes"), "\(result.transcript)")
  }

  @Test("mlops.maxRefs and mlops.maxCommits are limits") func limits() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.maxRefs", "2")
    try scene.sandbox.configure("mlops.maxCommits", "3")
    expectRefused(try scene.clone.push("main:refs/heads/a", "main:refs/heads/b", "main:refs/heads/c"), "push/malformed")
    for index in 0..<4 { try scene.clone.commit("\(index)", ["README.md": "\(index)\n"]) }
    expectRefused(try scene.clone.push("main"), "host/limit", exactly: false)
  }

  @Test(
    "a blob of 100 MB under deployments/ is refused unread, in less than 128 MiB",
    .enabled(if: access("/usr/bin/time", X_OK) == 0)) func hugeBlob() throws
  {
    let scene = try Scene()
    try scene.sandbox.wrapHook("pre-receive", "exec /usr/bin/time -o \(scene.sandbox.root)/peak -f %M REAL\n")
    let path = promoted.path
    // A repetitive blob packs into nothing; the gate must not unpack it.
    let blob = try scene.clone.git("hash-object", "-w", "--stdin", input: [UInt8](repeating: 0x61, count: 100_000_000))
    let hostile = HostileObjects(scene.clone)
    let root = try scene.clone.git("rev-parse", "\(scene.base)^{tree}")
    let folder = try hostile.tree([.init("100644", "segmentation.yaml", blob)])
    let tree = try hostile.tree(root, replacing: ["deployments", "production"], by: folder)
    let commit = try hostile.commit(tree: tree, parents: [scene.base], message: Fixtures.approved("Huge"))
    try scene.clone.set("main", to: commit)
    expectRefused(try scene.clone.push("main"), "manifest/syntax", at: path, exactly: false)
    let peak = try String(contentsOfFile: scene.sandbox.root + "/peak", encoding: .utf8)
      .split(separator: "\n").last.flatMap { Int($0) }
    #expect((peak ?? .max) < 128 * 1024, "\(peak ?? -1) KiB")
  }

  @Test("a policy that cannot be opened refuses", .enabled(if: geteuid() != 0)) func closedPolicy() throws {
    let scene = try Scene()
    let folder = try scene.sandbox.hostPolicy(Fixtures.policy(), approvers: Fixtures.directory)
    chmod(folder + "/policy.yaml", 0)
    try scene.clone.commit("x", ["README.md": "x\n"])
    expectRefused(try scene.clone.push("main"), [], exactly: false)
  }

  @Test("a host's policy that is a folder, a bomb or rubbish refuses") func rubbishPolicy() throws {
    let scene = try Scene()
    try scene.clone.commit("x", ["README.md": "x\n"])
    for text in [
      "", "a: [", String(repeating: "{a: ", count: 50_000), Fixtures.policy("surprise: 1"),
      Fixtures.policy("approvals: {proof: sometimes}"),
    ] {
      try scene.sandbox.hostPolicy(text, approvers: Fixtures.directory)
      expectRefused(try scene.clone.push("main"), [], exactly: false)
    }
    try FileManager.default.removeItem(atPath: scene.sandbox.root + "/host-policy/policy.yaml")
    try scene.sandbox.write("host-policy/policy.yaml/x", "")
    expectRefused(try scene.clone.push("main"), [], exactly: false)
  }

  @Test(
    "nonsense in the host's configuration refuses",
    arguments: ["mlops.gate", "mlops.mode", "mlops.maxRefs", "mlops.timeout"])
  func configuration(_ key: String) throws {
    let scene = try Scene()
    try scene.sandbox.configure(key, "nonsense")
    try scene.clone.commit("x", ["README.md": "x\n"])
    let result = try scene.clone.push("main")
    expectRefused(result, [], exactly: false)
    #expect(result.report.text.lowercased().contains(key.lowercased()), "\(result.transcript)")
  }

  @Test("a full disk refuses nothing good silently: audit and outbox say what they lost") func fullDisk() throws {
    let scene = try Scene()
    // The hooks' own files may not grow: what a full disk or a quota does to them.
    try scene.sandbox.wrapHook("pre-receive", "trap '' XFSZ\nulimit -f 0\nexec REAL\n")
    try scene.sandbox.wrapHook("post-receive", "trap '' XFSZ\nulimit -f 0\nexec REAL\n")
    try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
    let refused = try scene.clone.push("main")
    #expect(refused.status != 0 && refused.moved.isEmpty && !refused.report.lines.isEmpty, "\(refused.transcript)")
    try scene.clone.commit(Fixtures.approved("Good"), [promoted.path: promoted.yaml], from: scene.base)
    let good = try scene.clone.push("main")
    #expect(try scene.sandbox.eventFiles().isEmpty, "no torn event")
    #expect(!good.report.lines.isEmpty, "the pusher is told: \(good.transcript)")
    // When there is room again, nothing is lost and nobody has to do anything by hand.
    try scene.sandbox.installHook("pre-receive")
    try scene.sandbox.installHook("post-receive")
    try scene.clone.commit(
      good.status == 0 ? "Note" : Fixtures.approved("Good again"), [promoted.path: promoted.yaml, "README.md": "x\n"],
      from: good.status == 0 ? nil : scene.base)
    expectAccepted(try scene.clone.push("main"))
    #expect(try scene.sandbox.events().count == 1)
  }

  @Test(
    "a gate that crashes refuses with a sentence and status 1",
    arguments: [SIGSEGV, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGTRAP])
  func crash(_ signal: Int32) throws {
    let scene = try Scene()
    // It waits for more of its input, so it can be hit.
    let gate = try scene.sandbox.start(
      ["\(GitSandbox.products)/pre-receive"], in: scene.sandbox.host, environment: ["GIT_DIR": "."], input: nil)
    try gate.feed(Array("\(scene.base) ".utf8))
    usleep(200_000)
    #expect(!gate.hasEnded())
    kill(gate.pid, signal)
    expectRefused(try gate.wait(), "host/internal")
  }

  /// A long line of commits that the host already holds: judging it takes more than a second.
  private func manyCommits(_ scene: Scene) throws -> String {
    var stream = "reset refs/heads/copy\nfrom \(scene.base)\n\n"
    for index in 0..<30_000 {
      stream += "commit refs/heads/copy\ncommitter A <a@example.com> \(1_700_000_000 + index) +0000\ndata 1\nx\n"
      stream += "M 100644 inline n.txt\ndata <<.\n\(index)\n.\n\n"
    }
    try scene.sandbox.git(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
    return try scene.sandbox.git(["rev-parse", "refs/heads/copy"])
  }

  @Test("a gate that takes too long refuses with a sentence and status 1") func timeout() throws {
    let scene = try Scene()
    try scene.sandbox.configure("mlops.timeout", "1")
    let next = try manyCommits(scene)
    // A machine that stands still, at several moments: one of them lies between arming the deadline and the verdict.
    var timedOut = false
    for delay in [UInt32(20_000), 50_000, 100_000, 5000, 10_000, 200_000] where !timedOut {
      let gate = try scene.sandbox.start(
        ["\(GitSandbox.products)/pre-receive"], in: scene.sandbox.host, environment: ["GIT_DIR": "."],
        input: line(scene.base, next))
      usleep(delay)
      kill(gate.pid, SIGSTOP)
      usleep(1_200_000)
      kill(gate.pid, SIGCONT)
      let output = try gate.wait()
      expectRefused(output)
      timedOut = Report.plain(output.err).checks == ["host/timeout"]
    }
    #expect(timedOut)
  }

  @Test("closed standard streams do not open the gate") func closedStreams() throws {
    let scene = try Scene()
    let next = try scene.clone.commit("Evil", [promoted.path: promoted.yaml])
    try scene.sandbox.git(["fetch", "--quiet", scene.clone.path, "main:refs/heads/copy"])
    for redirection in ["2>&-", "1>&-", "2>/dev/full", "1>&- 2>&-"] {
      let output = try scene.sandbox.run(
        ["sh", "-c", "exec \(GitSandbox.products)/pre-receive \(redirection)"], in: scene.sandbox.host,
        environment: ["GIT_DIR": "."], input: line(scene.base, next))
      #expect(output.status == 1, "\(redirection): \(output.status)")
    }
  }

  @Test("200: a report of much is short") func shortReport() throws {
    let scene = try Scene()
    let next = try manyFiles(scene)
    let output = try scene.sandbox.hook("pre-receive", input: line(scene.base, next))
    expectRefused(output, "manifest/location")
    #expect(output.standardError.count <= 16_384)
    for problem in Report.plain(output.err).problems { #expect(problem.check == "manifest/location") }
  }
}
