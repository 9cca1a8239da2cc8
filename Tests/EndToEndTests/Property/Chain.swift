import Foundation

/// A long-lived host and clone, and random pushes between them.
final class Chain {
  /// One ref that a push moves; an empty `new` deletes it.
  struct Move {
    var ref: String
    var old: String
    var new: String
    /// What stands at `new`.
    var world: World?
  }

  let dice: Dice
  let setting: Setting
  let sandbox: GitSandbox
  let clone: Clone
  /// What stands at each commit that was made.
  var worlds: [String: World] = [:]
  /// The first parents.
  var parents: [String: String] = [:]
  /// The messages of ordinary commits.
  var messages: [String: String] = [:]
  /// The commits that are merges.
  var merges: Set<String> = []
  /// What the host holds.
  var tips: [String: String] = [:]
  /// What the host's triggers were written for.
  var emitted: [String: String] = [:]
  /// The event files that were seen.
  var seenEvents: Set<String> = []
  /// What was done for the push at hand.
  var labels: [String] = []
  /// What went wrong, with everything needed to look into it.
  var failures: [String] = []
  /// One line a push.
  var log: [String] = []
  let tally = Tally()
  /// What host and clone have in their configuration alike.
  var limits: [String] = []
  /// Who pushes.
  var pusher = Person.dev
  private var counter = 0

  /// What was seen.
  final class Tally {
    var pushes = 0
    var accepted = 0
    var wildAccepted = 0
    var goodRefused = 0
    var checks: [String: Int] = [:]
  }

  /// Makes the host and its past.
  init(seed: UInt64) throws {
    dice = Dice(seed: seed)
    let kind = dice.below(10)
    var repository: PolicyShape?
    var host: PolicyShape?
    if kind >= 3 { repository = .random(dice, isHost: false) }
    if kind == 2 || kind >= 7 { host = .random(dice, isHost: true) }
    if kind == 9 { host?.directoryOfRepository = true }
    setting = Setting(repository: repository, host: host)
    sandbox = try GitSandbox()
    for hook in ["pre-receive", "update"] {
      try sandbox.wrapHook(hook, "REAL \"$@\"\nstatus=$?\necho $status >> \(sandbox.root)/statuses\nexit $status\n")
    }
    try sandbox.configure("receive.advertisePushOptions", "true")
    try sandbox.configure("mlops.pusherEnv", "TEST_PUSHER")
    if let host {
      try sandbox.hostPolicy(host.yaml, approvers: host.directoryOfRepository ? nil : Fixtures.directory)
    }
    clone = try Clone(sandbox)
    if !dice.chance(15) {
      let world = World.initial(policy: repository)
      let base = try clone.seed(world.files)
      worlds[base] = world
      tips["refs/heads/main"] = base
      emitted["refs/heads/main"] = base
    }
    // The limits of the host's configuration: `check` is told the same.
    if dice.chance(10) { limits.append("maxCommits = 3") }
    if dice.chance(10), let base = tips["refs/heads/main"] { limits.append("baseline = \(base)") }
    for limit in limits {
      let parts = limit.split(separator: " ")
      try sandbox.configure("mlops.\(parts[0])", String(parts[2]))
    }
  }

  /// Makes so many pushes.
  func run(_ pushes: Int) throws {
    for _ in 0..<pushes { try push() }
  }

  private func push() throws {
    counter += 1
    labels = []
    pusher = dice.chance(80) ? .dev : dice.pick(Person.all)
    let isGood = dice.chance(52)
    let moves = try plan(isGood).filter { $0.old != $0.new }
    guard !moves.isEmpty else { return }
    try clone.configure(pusher, limits)
    let checked = try check(moves)
    let result = try sandbox.run(
      ["git", "push", "-o", "mlops.format=json", "origin"]
        + moves.map { $0.new.isEmpty ? ":\($0.ref)" : "+\($0.new):\($0.ref)" },
      in: clone.path, environment: ["TEST_PUSHER": pusher.email])
    let report = Report.remote(in: result.standardError)
    let server = GateAnswer(report.lines)
    compare(checked, server, result, report)
    try settle(moves, result, server, isGood)
    if server?.verdict == "refused", dice.chance(12) { try pushAgainAsText(moves, server) }
  }

  // MARK: Asking and comparing

  /// What `mlops-hook check` says of these moves.
  private func check(_ moves: [Move]) throws -> Output {
    if dice.chance(20) {
      try clone.git("fetch", "--quiet", "--prune", "origin")
      if !tips.isEmpty { _ = try sandbox.run(["git", "remote", "set-head", "origin", "main"], in: clone.path) }
    }
    var arguments = ["check", "--format", "json"]
    if setting.host != nil { arguments += ["--policy", sandbox.root + "/host-policy"] }
    if let move = moves.first, moves.count == 1, !move.new.isEmpty, move.ref.hasPrefix("refs/heads/"), dice.chance(75) {
      let own = dice.chance(70)
      let local = own ? move.ref : "refs/heads/local"
      try clone.git("update-ref", local, move.new)
      try clone.setHead(local)
      // Without `--ref` the question is a push that is not forced, and these are.
      let goesBack =
        try !move.old.isEmpty
        && sandbox.run(["git", "merge-base", "--is-ancestor", move.new, move.old], in: clone.path).status == 0
      return try sandbox.mlops(arguments + (own && !goesBack ? [] : ["--ref", move.ref]), in: clone.path)
    }
    let zero = RawReceivePack.zero
    let lines = moves.map { move in
      let old = move.old.isEmpty ? zero : move.old
      return move.new.isEmpty ? "(delete) \(zero) \(move.ref) \(old)\n" : "\(move.ref) \(move.new) \(move.ref) \(old)\n"
    }
    return try sandbox.run(
      ["\(GitSandbox.products)/mlops-hook"] + arguments + ["--pre-push", "origin"], in: clone.path,
      input: Array(lines.joined().utf8))
  }

  private func compare(_ checked: Output, _ server: GateAnswer?, _ result: Output, _ report: Report) {
    guard let server else { return fail("the server gave no JSON report", result.err) }
    guard let local = GateAnswer(checked.out.split(separator: "\n").map(String.init)) else {
      return fail("check (status \(checked.status)) gave no JSON report", checked.err + "\nserver: \(report.text)")
    }
    if !server.agrees(with: local) {
      fail(
        "the answers differ", "server: \(server.difference(from: local))\n  check: \(local.difference(from: server))")
    }
    let wanted: Int32 = local.verdict == "accepted" ? 0 : local.verdict == "refused" ? 1 : 2
    if checked.status != wanted { fail("check's status is \(checked.status)", checked.out) }
    if (result.status == 0) != (server.verdict == "accepted") {
      fail("git push's status is \(result.status), the verdict \(server.verdict)", result.err)
    }
    for text in report.lines where GateAnswer.holdsControls(text) {
      fail("a control character in the report", text.debugDescription)
    }
    for check in server.checks { tally.checks[check, default: 0] += 1 }
    if server.checks.contains("host/internal") || server.checks.contains("host/timeout") {
      fail("the gate failed inside of itself", report.text)
    }
  }

  /// The text report of the same push names the same checks, and holds no control characters.
  private func pushAgainAsText(_ moves: [Move], _ server: GateAnswer?) throws {
    let result = try sandbox.run(
      ["git", "push", "origin"] + moves.map { $0.new.isEmpty ? ":\($0.ref)" : "+\($0.new):\($0.ref)" }, in: clone.path,
      environment: ["TEST_PUSHER": pusher.email])
    let report = Report.remote(in: result.standardError)
    if result.status == 0 { fail("the second time it was accepted", report.text) }
    let named = Set(report.items.map(\.check)).subtracting([""])
    // JSON and text have the same room, and do not fill it with the same problems.
    let isCut = server?.isCut == true
    if named.isEmpty || !isCut && !named.isSubset(of: server?.checks ?? []) {
      fail("the text report names \(named.sorted())", report.text)
    }
    for text in report.lines where GateAnswer.holdsControls(text) {
      fail("a control character in the text report", text.debugDescription)
    }
  }

  func fail(_ what: String, _ details: String) {
    failures.append(
      "push \(counter): \(what)\n  \(labels.joined(separator: "; ").debugDescription) by \(pusher.name)\n"
        + "  host policy: \(setting.host?.yaml ?? "none")\n  repository: \(tips["refs/heads/main"].flatMap { worlds[$0]?.policy?.yaml } ?? "none")\n"
        + "  \(details.prefix(6000))")
  }

  // MARK: What happened

  private func settle(_ moves: [Move], _ result: Output, _ server: GateAnswer?, _ isGood: Bool) throws {
    tally.pushes += 1
    let isAccepted = result.status == 0
    let problems = server?.problems.sorted().map { $0.prefix(2000) }.joined(separator: "\n      ") ?? ""
    log.append(
      "\(counter) \(isGood ? "good" : "wild") \(isAccepted ? "ACCEPTED" : "refused") \(moves.map(\.ref).joined(separator: ",")) "
        + "\(server?.checks.sorted().joined(separator: ",") ?? "") :: \(labels.joined(separator: "; ").debugDescription)"
        + (isGood && !isAccepted ? "\n      \(problems)" : ""))
    if isAccepted { tally.accepted += 1 }
    if isAccepted { for move in moves where move.ref == "refs/heads/main" { checkSoundness(move) } }
    if isAccepted, !isGood { tally.wildAccepted += 1 }
    if !isAccepted, isGood { tally.goodRefused += 1 }
    let statuses = (try? String(contentsOfFile: sandbox.root + "/statuses", encoding: .utf8)) ?? ""
    for status in statuses.split(separator: "\n") where status != "0" && status != "1" {
      fail("a hook's status is \(status)", result.err)
    }
    try Data().write(to: URL(fileURLWithPath: sandbox.root + "/statuses"))
    var wanted = tips
    if isAccepted { for move in moves { wanted[move.ref] = move.new.isEmpty ? nil : move.new } }
    let found = try sandbox.refs()
    if found != wanted { fail("the host holds \(found)", "wanted \(wanted)\n\(result.err)") }
    tips = found
    try compareEvents(isAccepted, result)
    for move in moves where !isAccepted && move.ref.hasPrefix("refs/heads/") {
      _ = try sandbox.run(
        ["git", "update-ref"] + (move.old.isEmpty ? ["-d", move.ref] : [move.ref, move.old]), in: clone.path)
    }
  }
}
