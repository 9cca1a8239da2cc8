/// A random state of a repository, and commits that are pushed onto its main branch.
struct RandomPush {
  /// One commit.
  struct Commit {
    var message: String
    var world: World
    var author: Person
    var committer: Person?
    /// When it was written, in seconds since 1970.
    var date = 1_700_000_000
  }

  /// What stands before the push.
  var base: World
  var commits: [Commit]
  /// The host's policy, where it has one.
  var host: PolicyShape?
  /// What was done, for whoever reads a failure.
  var labels: [String]

  /// Makes up a state, a policy over it, and a push, mostly a good one.
  ///
  /// - Parameter dice: Where chance comes from.
  init(_ dice: Dice) {
    let policy = PolicyShape.random(dice, isHost: false)
    let host = PolicyShape.random(dice, isHost: true)
    let setting = Setting(repository: policy, host: host)
    self.host = host
    base = .initial(policy: policy)
    commits = []
    labels = []
    var world = base
    for index in 0..<dice.pick([1, 1, 1, 2, 3]) {
      var draft = Draft(world, base: base)
      let good = GoodEdits(dice: dice, setting: setting)
      let isWild = dice.chance(45)
      if !isWild || dice.chance(50) { good.edit(&draft) }
      if isWild { WildEdits(dice: dice, setting: setting).edit(&draft) }
      let messages = Messages(dice: dice, setting: setting)
      let message: String
      switch dice.below(10) {
      case 0..<5: message = messages.good(draft)
      case 5..<8:
        let people = dice.some(Person.approvers, percent: 60)
        message = "Change\n\n" + people.map { "Approved-by: \($0.ident)\n" }.joined()
      default: message = messages.wild(&draft)
      }
      world = draft.world
      let date = 1_700_000_000 + index * 60
      commits.append(
        Commit(message: message, world: world, author: draft.author, committer: draft.committer, date: date))
      labels += draft.labels + [message.debugDescription]
    }
  }

  /// Whether a commit of it changes a file of the policy.
  var changesPolicies: Bool {
    let worlds = [base] + commits.map(\.world)
    return zip(worlds, worlds.dropFirst()).contains { old, new in
      new.changes(from: old).keys.contains { $0.hasPrefix("policies/") }
    }
  }

  /// The same push with another message at one of its commits.
  func setting(_ message: String, at index: Int) -> RandomPush {
    var copy = self
    copy.commits[index].message = message
    return copy
  }

  /// The same push, written at other times.
  func dated(_ dice: Dice) -> RandomPush {
    var copy = self
    for index in copy.commits.indices { copy.commits[index].date = dice.pick([0, 1, 1_500_000_000, 4_102_444_800]) }
    return copy
  }

  /// The same push with a last commit that changes the policy, approved by all who may.
  func adding(_ policy: PolicyShape) -> RandomPush {
    var copy = self
    var world = commits.last?.world ?? base
    world.setPolicy(policy)
    let message = "Change the policy\n\n" + Person.approvers.map { "Approved-by: \($0.ident)\n" }.joined()
    copy.commits.append(Commit(message: message, world: world, author: .dev))
    return copy
  }
}
