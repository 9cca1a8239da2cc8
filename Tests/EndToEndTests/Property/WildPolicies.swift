/// Wild edits below `policies/`.
struct WildPolicies {
  let dice: Dice

  private static let lines = [
    "  protected_ref: [refs/heads/x]", "  protected_refs: [refs/heads/prod]", "  history: {force_push: allowed}",
    "  approvals: {proof: signed}", "  approvals: {trailers: [Signed-off-by]}", "  approvals: {max_validity: forever}",
    "  break_glass: {}", "  waivers: []", "  policy_approvers: []", "  policy_approvers: [nobody]",
    "  models: {lfs_over: -1}",
    "  models: {publishers: [nobody]}",
    "  environments: {production: {approvals: {required: true, minimum: 9, approvers: [publishers]}}}",
    "  environments: {production: {promote_from: nowhere}}", "  environments: {production: {metrics: {x: \"0.5\"}}}",
    "  environments: {production: {max_weight_step: 0}}", "  environments: {staging: {}}",
    "  reserved_refs: {\"refs/heads/main\": [x]}",
    "  environments: {production: {freeze: [{from: \"2026-13-01\", until: x}]}}", "  approvers: repository",
    "  spec: 1", "x: [",
    "  environments: {production: {registries: [\"nope\"]}}", "  environments: {production: {rollback: {depth: 0}}}",
  ]

  private static let directories: [(String, String)] = [
    ("[ken@example.com, mina@example.com]", "[]"), ("[ken@example.com, mina@example.com]", "[ken@example.com]"),
    ("{name: Omar Haddad}", "{name: Omar Haddad, aliases: [aiko@example.com]}"),
    ("{name: Root}", "{name: Root, login: aiko}"),
    ("ml-opsリード:", "ml-ops:"), ("name: Root", "nam: Root"), ("people:", "persons:"),
    ("root@example.com, aiko@example.com", "eve@example.com, dev@example.com"),
    ("[pat@example.com, paz@example.com]", "[not an address]"), ("login: aiko", "login: \"a\\u202e\""),
    ("{name: Mina Ito}", "{name: Mina Ito, keys: [x]}"),
    ("Mina Ito", "Ken Sato"),
  ]

  /// Makes one wild edit.
  func edit(_ draft: inout Draft) {
    let policy = "policies/policy.yaml"
    let people = "policies/approvers.yaml"
    let what: String
    if draft.world.files[policy] == nil, dice.chance(60) {
      if dice.chance(30) {
        draft.world.files[people] = Fixtures.directory
        what = "people without a policy"
      } else {
        draft.world.setPolicy(.random(dice, isHost: false))
        what = "first policy"
      }
    } else {
      switch dice.below(10) {
      case 0..<4:
        let line = dice.pick(Self.lines)
        let key = line.prefix { $0 != ":" } + ":"
        let old = (draft.world.files[policy] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        draft.world.files[policy] =
          old.filter { !$0.hasPrefix(key) || dice.chance(10) }.joined(separator: "\n") + line + "\n"
        what = "policy line \(line)"
      case 4..<7:
        let (old, new) = dice.pick(Self.directories)
        draft.world.files[people] = (draft.world.files[people] ?? Fixtures.directory).replacing(old, with: new)
        what = "people \(new)"
      case 7:
        let gone = dice.some([policy, people], percent: 60)
        for path in gone { draft.world.files[path] = nil }
        if gone.contains(policy) { draft.world.policy = nil }
        what = "remove \(gone)"
      case 8:
        draft.world.modes[dice.pick([policy, people])] = dice.pick(["120000", "100755"])
        what = "mode of a policy"
      default:
        draft.world.setPolicy(.random(dice, isHost: false))
        what = "another policy"
      }
    }
    // Rarely the ones who may are asked; else everybody's approval is taken for theirs.
    if dice.chance(30) { draft.message = "Change policy\n" }
    draft.labels.append(what)
  }
}
