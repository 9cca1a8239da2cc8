extension Chain {
  private static let main = "refs/heads/main"

  /// Makes up a push: the commits, and which refs they go to.
  func plan(_ isGood: Bool) throws -> [Move] {
    guard let main = tips[Self.main] else { return try firstPush(isGood) }
    let branches = tips.keys.filter { $0.hasPrefix("refs/heads/") && $0 != Self.main }.sorted()
    switch dice.below(100) {
    case 0..<72: return [try grown(Self.main, from: main, isGood)]
    case 72..<78:
      let ref = dice.chance(50) ? "refs/heads/release/\(dice.below(4))" : dice.pickIfAny(branches) ?? "refs/heads/wip/1"
      return [try grown(ref, from: tips[ref] ?? dice.pick(line(main)), isGood)]
    case 78..<83:
      let ref = "refs/heads/wip/\(dice.below(5))"
      return [try grown(ref, from: tips[ref] ?? main, isGood)]
    case 83..<86:
      let ref = "refs/heads/rendered/\(dice.below(2))"
      if isGood || dice.chance(30) { pusher = .eve }
      return [try grown(ref, from: tips[ref] ?? main, isGood)]
    case 86..<90:
      let ref = isGood ? dice.pickIfAny(branches) ?? Self.main : dice.pick(branches + [Self.main])
      let old = tips[ref] ?? main
      labels.append("rewind")
      let start = dice.pick(line(old))
      if dice.chance(30) { return [Move(ref: ref, old: old, new: start, world: worlds[start])] }
      return [try grown(ref, from: start, isGood)]
    case 90..<93:
      let ref = isGood ? dice.pickIfAny(branches) ?? "" : dice.pick(branches + [Self.main])
      labels.append("delete")
      return tips[ref].map { [Move(ref: ref, old: $0, new: "")] } ?? []
    case 93..<95:
      let ref = "refs/tags/v\(dice.below(6))"
      labels.append("tag")
      let target = dice.chance(70) ? dice.pick(line(main)) : try grown(ref, from: main, isGood).new
      if tips[ref] != nil, dice.chance(30) { return [Move(ref: ref, old: tips[ref] ?? "", new: "")] }
      return [Move(ref: ref, old: tips[ref] ?? "", new: target, world: worlds[target])]
    case 95..<97 where !isGood:
      let ref = dice.pick(["refs/mlops/x", "refs/replace/\(main)", "refs/heads/orphan", "refs/notes/x"])
      labels.append("odd ref")
      if ref == "refs/heads/orphan" { return [try grown(ref, from: nil, isGood)] }
      return tips[ref] == nil ? [Move(ref: ref, old: "", new: main, world: worlds[main])] : []
    default:
      labels.append("two refs")
      let first = try grown(Self.main, from: main, isGood)
      let ref = dice.pick([
        "refs/heads/release/\(dice.below(4))", "refs/heads/wip/\(dice.below(5))", "refs/tags/v\(dice.below(6))",
      ])
      let start = dice.chance(50) ? first.new : tips[ref] ?? main
      if ref.hasPrefix("refs/tags/") || dice.chance(40) {
        return [first, Move(ref: ref, old: tips[ref] ?? "", new: start, world: worlds[start])]
      }
      return [first, try grown(ref, from: start, isGood)]
    }
  }

  private func firstPush(_ isGood: Bool) throws -> [Move] {
    labels.append("first push")
    let main = try grown(Self.main, from: nil, isGood)
    if isGood || dice.chance(70) { return [main] }
    let other = Move(ref: "refs/heads/wip/1", old: "", new: main.new, world: main.world)
    return dice.chance(50) ? [main, other] : [other]
  }

  /// The last commits of a first-parent line, newest first.
  private func line(_ tip: String) -> [String] {
    var line = [tip]
    while line.count < 6, let parent = line.last.flatMap({ parents[$0] }) { line.append(parent) }
    return line
  }

  /// A ref with some new commits.
  private func grown(_ ref: String, from start: String?, _ isGood: Bool) throws -> Move {
    let base = (tips[ref] ?? start).flatMap { worlds[$0] } ?? World()
    let count = dice.pick([1, 1, 1, 1, 2, 2, 3, 4])
    let wildAt = isGood ? -1 : dice.below(count)
    var tip = start
    for index in 0..<count {
      let isWild = index == wildAt || !isGood && dice.chance(20)
      if let at = tip, dice.chance(16) {
        tip = try merge(onto: at, base, isWild)
      } else {
        tip = try commit(tip, base, isWild)
      }
    }
    let new = tip ?? ""
    return Move(ref: ref, old: tips[ref] ?? "", new: new, world: worlds[new])
  }

  private func commit(_ parent: String?, _ base: World, _ isWild: Bool, branch: String = "made") throws -> String {
    if isWild, let parent, dice.chance(3) { return try hostile(parent) }
    var draft = Draft(parent.flatMap { worlds[$0] } ?? .initial(policy: setting.repository), base: base)
    let good = GoodEdits(dice: dice, setting: setting)
    if !isWild || dice.chance(40) { good.edit(&draft) }
    if isWild, draft.labels.isEmpty || dice.chance(80) { WildEdits(dice: dice, setting: setting).edit(&draft) }
    if !isWild, dice.chance(20) { good.edit(&draft) }
    let messages = Messages(dice: dice, setting: setting)
    let message = isWild && draft.message == nil ? messages.wild(&draft) : messages.good(draft)
    return try write(draft, message, parent, branch: branch)
  }

  private func write(
    _ draft: Draft, _ message: String, _ parent: String?, merging side: String? = nil, branch: String = "made"
  ) throws -> String {
    labels += draft.labels
    let old = parent.flatMap { worlds[$0] } ?? World()
    let changes = draft.world.changes(from: old)
    let oid = try clone.commit(
      message, changes, on: branch, from: parent, orphan: parent == nil, merge: side.map { [$0] } ?? [],
      author: draft.author.ident, committer: draft.committer?.ident, modes: draft.world.modes)
    labels.append("= \(oid.prefix(10)) (\(changes.keys.sorted().prefix(4).joined(separator: " ")))")
    worlds[oid] = draft.world
    parents[oid] = parent
    messages[oid] = message
    if side != nil { merges.insert(oid) }
    return oid
  }

  /// A merge of a side branch, which carries its approvals or has them given by the merge; wild: also the wrong way.
  private func merge(onto tip: String, _ base: World, _ isWild: Bool) throws -> String {
    let fork = dice.chance(60) ? tip : dice.pick(line(tip))
    var side = fork
    labels.append("side(")
    for _ in 0..<(1 + dice.below(2)) { side = try commit(side, base, isWild && dice.chance(50), branch: "side") }
    labels.append(") merge")
    guard let main = worlds[tip], let forked = worlds[fork], let sided = worlds[side] else { return tip }
    var draft = Draft(main, base: base)
    let changes = sided.changes(from: forked)
    for (path, text) in changes {
      draft.world.files[path] = text
      draft.world.modes[path] = sided.modes[path]
      if path.hasPrefix("deployments/") { draft.world.deployed[path] = sided.deployed[path] }
    }
    if changes.keys.contains("policies/policy.yaml") { draft.world.policy = sided.policy }
    for (model, versions) in sided.versions { draft.world.versions[model] = versions }
    draft.world.counter = max(main.counter, sided.counter)
    if isWild, dice.chance(30) { WildEdits(dice: dice, setting: setting).edit(&draft) }
    if dice.chance(20) { draft.author = dice.pick(Person.approvers) }
    let messages = Messages(dice: dice, setting: setting)
    let carried = fork == tip && dice.chance(50)
    let message = carried ? "Merge branch 'side'\n" : isWild ? messages.wild(&draft) : messages.good(draft)
    if isWild, dice.chance(20) {
      labels.append("foxtrot")
      return try write(draft, message, side, merging: tip)
    }
    return try write(draft, message, tip, merging: side)
  }

  /// A commit that git's own commands do not make.
  private func hostile(_ parent: String) throws -> String {
    let maker = HostileObjects(clone)
    let kind = dice.below(5)
    labels.append("hostile \(kind)")
    let ident = "Dev <dev@example.com> 1700000000 +0000"
    let oid: String
    if kind < 3 {
      let blob = try maker.blob("x: \(dice.below(1000))\n")
      let names = [["x.yaml", "x.yaml"], ["b.yaml", "a.yaml"], ["..", "x.yaml"]][kind]
      let folder = try maker.tree(names.map { .init("100644", $0, blob) })
      let tree = try maker.tree("\(parent)^{tree}", replacing: ["deployments", "staging"], by: folder)
      oid = try maker.commit(tree: tree, parents: [parent], message: Fixtures.approved("Hostile"))
    } else {
      let blob = try maker.blob(Deployment(name: "fine", endpoint: "/v1/fine").yaml)
      let folder = try maker.tree([.init("100644", "fine.yaml", blob)])
      let tree = try maker.tree("\(parent)^{tree}", replacing: ["deployments", "production"], by: folder)
      let extra = kind == 3 ? ["encoding latin1"] : ["author \(ident)"]
      oid = try maker.commit(
        headers: ["tree \(tree)", "parent \(parent)", "author \(ident)"] + (kind == 4 ? extra : []) + [
          "committer \(ident)"
        ]
          + (kind == 3 ? extra : []),
        message: Array(Fixtures.approved("Hostile").utf8) + (dice.chance(50) ? [0xff, 0x0a] : []))
    }
    worlds[oid] = worlds[parent]
    parents[oid] = parent
    return oid
  }
}
