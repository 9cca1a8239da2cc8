import Foundation
import Glibc
import TestSizes
import Testing

/// Whatever call of the system fails, and however little memory there is: a bad push is refused, with a sentence.
///
/// `make soak` forces each call to each error; otherwise each call gets one of them.
@Suite("A failing machine") struct FailClosedTests {
  /// One hook and what it is asked.
  struct Question: CustomTestStringConvertible, Sendable {
    var hook: String
    var isGood: Bool
    var testDescription: String { "\(hook), a \(isGood ? "good" : "bad") push" }
  }

  static let questions = ["pre-receive", "update"].flatMap { hook in
    [false, true].map { Question(hook: hook, isGood: $0) }
  }
  private static let errors = ["EIO", "ENOSPC", "EMFILE", "ENOMEM", "EINTR"]
  /// What cannot be made to fail, or ends the process.
  private static let skipped: Set<String> = ["execve", "exit", "exit_group", "rt_sigreturn", "+++", "---"]

  /// A host whose hooks are asked by hand, with all objects there.
  private final class Asked {
    let sandbox: GitSandbox
    let command: [String]
    let input: [UInt8]

    init(_ question: Question) throws {
      sandbox = try GitSandbox(hooks: [])
      let clone = try Clone(sandbox)
      let base = try clone.seed(Fixtures.people())
      let changed = Deployment(version: question.isGood ? "v1.1.0" : "v9.0.0")
      let tip = try clone.commit(Fixtures.approved("Promote"), [changed.path: changed.yaml])
      try clone.git("push", "--quiet", "origin", "\(tip):refs/heads/kept")
      // Judged in full by whichever hook is asked.
      if question.hook == "update" { try sandbox.configure("mlops.gate", "ref") }
      let program = "\(GitSandbox.products)/\(question.hook)"
      command = question.hook == "update" ? [program, "refs/heads/main", base, tip] : [program]
      input = question.hook == "update" ? [] : Array("\(base) \(tip) refs/heads/main\n".utf8)
    }

    func ask(_ before: [String] = []) throws -> Output {
      try sandbox.run(before + command, in: sandbox.host, environment: ["GIT_DIR": "."], input: input)
    }
  }

  /// What is wrong with an answer; nil where nothing is.
  private func fault(_ output: Output, _ question: Question, canSpeak: Bool, hasBegun: Bool) -> String? {
    if !question.isGood, output.status == 0 { return "accepted" }
    guard hasBegun else { return nil }
    if output.status != 0, output.status != 1 { return "status \(output.status)" }
    if output.status == 1, canSpeak, !output.err.contains("error: ") { return "says nothing of it: \(output.err)" }
    return nil
  }

  @Test("each system call that fails", arguments: questions) func calls(_ question: Question) throws {
    guard let strace = try TestTool.strace.orSkip() else { return }
    let asked = try Asked(question)
    let log = asked.sandbox.root + "/trace"
    let plain = try asked.ask([strace, "-f", "-o", log])
    #expect(plain.status == (question.isGood ? 0 : 1), "\(plain.err)")
    // A thread counts its own calls; the first is the one that reads, judges and speaks.
    var counts: [(call: String, number: Int, hasBegun: Bool)] = []
    var seen: [String: [String: Int]] = [:]
    var hasBegun = false
    for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard words.count == 2 else { continue }
      let call = String(words[1].drop { $0 == " " }.prefix { $0 != "(" && $0 != " " })
      guard !Self.skipped.contains(call), !call.hasPrefix("<") else { continue }
      // What comes before is the loader's, which the executables that are installed have none of.
      if call == "umask" { hasBegun = true }
      seen[call, default: [:]][String(words[0]), default: 0] += 1
      let number = seen[call]?[String(words[0])] ?? 1
      if !counts.contains(where: { $0.call == call && $0.number == number }) { counts.append((call, number, hasBegun)) }
    }
    var points = 0
    var faults: [String] = []
    for (index, point) in counts.enumerated() {
      let chosen = TestSize.isSoak ? Self.errors : [Self.errors[index % Self.errors.count]]
      for error in chosen where point.hasBegun || TestSize.isSoak {
        let output = try asked.ask([
          strace, "-f", "-o", "/dev/null", "-e", "trace=\(point.call)", "-e",
          "inject=\(point.call):error=\(error):when=\(point.number)",
        ])
        points += 1
        let canSpeak = error == "EINTR" || !["write", "writev"].contains(point.call)
        if let fault = fault(output, question, canSpeak: canSpeak, hasBegun: point.hasBegun) {
          faults.append("\(point.call) \(point.number) \(error): \(fault)")
        }
      }
    }
    TestSize.note(
      "system calls that fail: \(question.testDescription)", "\(TestSize.shown(points)) points, \(faults.count) faults")
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    #expect(points > 50, "only \(points) points were met")
  }

  @Test("each limit of memory", arguments: questions) func memory(_ question: Question) throws {
    guard let strace = try TestTool.strace.orSkip() else { return }
    let asked = try Asked(question)
    let log = asked.sandbox.root + "/trace"
    func ask(_ kibibytes: Int, isTraced: Bool = false) throws -> Output {
      let limited = ["sh", "-c", "ulimit -v \(kibibytes) && exec \"$0\" \"$@\""]
      return try asked.ask(isTraced ? [strace, "-f", "-o", log] + limited : limited)
    }
    func isPlain(_ output: Output) -> Bool {
      question.isGood ? output.status == 0 : output.status == 1 && output.err.contains("[metric/threshold]")
    }
    // From far more than enough down to the last that is, in smaller and smaller steps.
    var limit = 512 << 10
    #expect(isPlain(try ask(limit)))
    for step in [32 << 10, 1 << 10, 64] {
      while limit > step, isPlain(try ask(limit - step)) { limit -= step }
    }
    // And on from there, until not even the first of our own calls is reached.
    var points = 0
    var faults: [String] = []
    while limit > 1 << 10 {
      limit -= TestSize.isSoak ? 4 : 32
      let output = try ask(limit, isTraced: true)
      guard try String(contentsOfFile: log, encoding: .utf8).contains("umask(") else {
        if !question.isGood, output.status == 0 { faults.append("\(limit) KiB: accepted") }
        break
      }
      points += 1
      if let fault = fault(output, question, canSpeak: true, hasBegun: true) { faults.append("\(limit) KiB: \(fault)") }
    }
    TestSize.note(
      "too little memory: \(question.testDescription)", "\(points) limits, \(faults.count) faults")
    #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    #expect(limit < 256 << 10, "no limit was met")
  }
}
