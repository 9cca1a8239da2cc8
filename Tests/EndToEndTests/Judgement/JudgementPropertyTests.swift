import Foundation
import GitObjects
import TestSizes
import Testing

@testable import ManifestCore

/// What holds of every policy and every push, on random pairs of them.
///
/// `MLOPS_PAIRS` makes a run longer, `MLOPS_SEED` gives it others; that `mlops-hook check` says what the server says is
/// `PropertyTests`.
@Suite("Properties of judgement") struct JudgementPropertyTests {
  private static let variables = ProcessInfo.processInfo.environment
  private static let pairs = variables["MLOPS_PAIRS"].flatMap(Int.init) ?? TestSize.of(2_000, soak: 20_000)
  private static let seed = variables["MLOPS_SEED"].flatMap(UInt64.init) ?? 20_261_124
  private static let batch = 100
  static let batches = Array(0..<max(1, (pairs + batch - 1) / batch))

  /// One property on one push: what went wrong, or nil.
  private struct Case {
    var push: RandomPush
    var without: RandomPush?
    var permuted: RandomPush
    var policies: (RandomPush, RandomPush)
  }

  private func lines(_ message: String) -> (head: [String], approvals: [String])? {
    var lines = message.components(separatedBy: "\n")
    guard lines.last == "" else { return nil }
    lines.removeLast()
    let count = lines.reversed().prefix { $0.hasPrefix("Approved-by: ") }.count
    // What git may read in two ways is refused, and may become readable with a line less.
    guard MessageTrailers.parse(Array(message.utf8)).gitReadsDifferently(forKeys: ["Approved-by"]) == nil
    else { return nil }
    // Only a paragraph of approvals and nothing else can be permuted without being another text.
    guard count > 0, count < lines.count, lines[lines.count - count - 1].isEmpty,
      !lines.dropLast(count).contains(where: { $0.hasPrefix("Co-authored-by") })
    else { return nil }
    return (Array(lines.dropLast(count)), Array(lines.suffix(count)))
  }

  private func make(_ dice: Dice) -> Case {
    let push = RandomPush(dice)
    var permuted = push.dated(dice)
    var without: RandomPush?
    for (index, commit) in push.commits.enumerated() {
      guard let (head, approvals) = lines(commit.message) else { continue }
      func text(_ approvals: [String]) -> String { (head + approvals).joined(separator: "\n") + "\n" }
      permuted.commits[index].message = text(approvals.reversed())
      let known = approvals.indices.filter { index in
        Person.approvers.contains { approvals[index] == "Approved-by: \($0.ident)" }
      }
      if without == nil, let gone = dice.pickIfAny(known) {
        var fewer = approvals
        fewer.remove(at: gone)
        without = push.setting(text(fewer), at: index)
      }
    }
    let policies = (
      push.adding(.random(dice, isHost: false)), push.adding(.random(dice, isHost: false))
    )
    return Case(push: push, without: without, permuted: permuted, policies: policies)
  }

  @Test("more policy, fewer approvals, another order, other dates or a pushed policy never help", arguments: batches)
  func properties(_ number: Int) throws {
    let dice = Dice(seed: Self.seed &* 7919 &+ UInt64(number))
    let cases = (0..<Self.batch).map { _ in make(dice) }
    let pushes = cases.flatMap { one in
      [one.push, one.without ?? one.push, one.permuted, one.policies.0, one.policies.1]
    }
    let (repository, written) = try JudgedRepository.writing(pushes)
    var accepted = 0
    for (index, one) in cases.enumerated() {
      let at = index * 5
      func fail(_ property: String, _ verdicts: [Verdict]) {
        Issue.record(
          """
          \(property) (MLOPS_SEED=\(Self.seed), batch \(number), case \(index))
            \(one.push.labels.joined(separator: "; "))
            policy: \(one.push.base.policy?.yaml ?? "none")
            host: \(one.push.host?.yaml ?? "none")
            \(verdicts.map { $0.found.joined(separator: " | ") }.joined(separator: "\n  against "))
          """)
      }
      let host = one.push.host
      let both = try repository.judge(written[at], host: host)
      accepted += both.isAccepted ? 1 : 0
      let alone = try repository.judge(written[at], host: host, policies: .repository)
      // Where no policy says whether an environment needs approvals, a manifest may not waive them; where one does, its
      // own approvals are asked instead.
      let isWaiving = one.push.labels.contains { $0.contains("approval_required: false") }
      if both.isAccepted, !alone.isAccepted, !isWaiving {
        fail("a host's policy turned a refusal into an acceptance", [alone, both])
      }
      // A host's policy that names nobody for `policies/` leaves it to the repository's, where there is one.
      let isGuarded = host?.policyApprovers != nil || !one.push.changesPolicies
      if isGuarded, host?.patterns.contains(where: { PolicyShape.matches($0, "refs/heads/main") }) == true {
        let hosts = try repository.judge(written[at], host: host, policies: .host)
        if both.isAccepted, !hosts.isAccepted {
          fail("a repository's policy turned a refusal into an acceptance", [hosts, both])
        }
      }
      if one.without != nil {
        let fewer = try repository.judge(written[at + 1], host: host)
        if fewer.isAccepted, !both.isAccepted { fail("an approval less helped", [both, fewer]) }
      }
      let permuted = try repository.judge(written[at + 2], host: host)
      if permuted.found != both.found { fail("the order of trailers, or dates, mattered", [both, permuted]) }
      let first = try repository.judge(written[at + 3], host: host)
      let second = try repository.judge(written[at + 4], host: host)
      if first.foundElsewhere != second.foundElsewhere { fail("the pushed policy mattered", [first, second]) }
      let others = [
        (ref: "refs/heads/other", new: written[at + 1].base), ("refs/heads/wip/1", written[at].base),
        ("refs/tags/v1", written[at].base),
      ]
      let before = try repository.judge(written[at], host: host, others: others, othersFirst: true)
      let behind = try repository.judge(written[at], host: host, others: others.reversed())
      if before.found != behind.found { fail("the order of refs mattered", [before, behind]) }
      if before.isAccepted, !both.isAccepted { fail("refs beside it helped", [both, before]) }
    }
    TestSize.note("properties of judgement, batch \(number)", "\(Self.batch) pairs, \(accepted) accepted")
    // A generator of nothing but refusals, or of acceptances, would prove nothing.
    #expect(accepted > Self.batch / 20 && accepted < Self.batch * 19 / 20, "\(accepted) of \(Self.batch) accepted")
  }
}
