import Testing

extension AttackCase {
  private static let promoted = Deployment(version: "v1.1.0")
  private static let directory = "policies/approvers.yaml"
  private static let policyPath = "policies/policy.yaml"
  private static let admin = PolicyTests.root

  private static func directory(replacing old: String, by new: String) -> String {
    Fixtures.directory.replacingOccurrences(of: old, with: new)
  }

  /// Cases of people and policies that the catalogue did not list.
  static let newPeople: [AttackCase] = [
    AttackCase(
      "N33", .policy, "an approver whom the same push removes", by: "approval/missing",
      AttackChange(
        [
          directory: directory(
            replacing: "[ken@example.com, mina@example.com]", by: "[mina@example.com, pat@example.com]")
        ],
        message: admin), AttackChange(promoted)),
    AttackCase(
      "N34", .policy, "an approver whom the same push adds, with the consent of the policy's approvers",
      by: "approval/missing",
      AttackChange(
        [
          directory: directory(
            replacing: "[ken@example.com, mina@example.com]", by: "[ken@example.com, pat@example.com]")
        ],
        message: admin),
      AttackChange(
        promoted,
        message: "x\n\nApproved-by: Aiko Tanaka <aiko@example.com>\nApproved-by: Pat <pat@example.com>\n")),
    AttackCase(
      "N35", .policy, "a policy's approver who wrote the change", by: "policy/guard",
      AttackChange(
        [policyPath: Fixtures.policy(environments: "production: {}\nstaging: {}")],
        message: admin, author: "Root <root@example.com>")),
    AttackCase("N36", .policy, "a policy that a merge changes beyond what was approved", by: "policy/guard") {
      let scene = try Scene()
      let side = try scene.clone.commit(
        admin, [policyPath: Fixtures.policy(environments: "production: {}\nstaging: {}")], on: "side", from: scene.base)
      try scene.clone.commit(
        "Merge", [policyPath: Fixtures.policy(environments: "production: {approvals: {minimum: 1}}")], merge: [side])
      expectRefused(try scene.clone.checkAndPush(), byOneOf: ["policy/guard"])
    },
    AttackCase(
      "N37", .policy, "a policy that is changed and changed back in one push", by: "policy/guard",
      AttackChange([policyPath: Fixtures.policy(environments: "production: {}")], message: "Lax\n"),
      AttackChange([policyPath: Fixtures.policy()], message: "Back\n")),
    AttackCase(
      "N38", .policy, "one environment twice in a policy, the second spelt with an escape", by: "policy/invalid",
      AttackChange(
        [policyPath: Fixtures.policy(environments: "production: {shadow_test: required}\n\"prod\\u0075ction\": {}")],
        message: admin)),
    AttackCase(
      "N39", .policy, "anchors, tags and merge keys in a policy", by: "policy/invalid",
      AttackChange(
        [policyPath: Fixtures.policy(environments: "production: &x {}\nstaging: *x")], message: admin)),
    AttackCase(
      "N40", .policy, "one role in two normal forms", by: "policy/invalid",
      AttackChange(
        [
          directory: directory(
            replacing: "    publishers:",
            by: "    ml-ops\u{30ea}\u{30fc}\u{30c8}\u{3099}: [mallory@example.com, eve@example.com]\n    publishers:")
        ], message: admin)),
    AttackCase(
      "N41", .policy, "one address of two people in another case", by: "policy/invalid",
      AttackChange(
        [
          directory: directory(
            replacing: "{name: Omar Haddad}", by: "{name: Omar Haddad, aliases: [AIKO@example.com]}")
        ], message: admin)),
    AttackCase(
      "N42", .policy, "one login of two people", by: "policy/invalid",
      AttackChange(
        [directory: directory(replacing: "{name: Omar Haddad}", by: "{name: Omar Haddad, login: aiko}")], message: admin
      )),
    AttackCase(
      "N43", .policy, "a policy's file by another case or extension", by: "manifest/location, policy/invalid",
      AttackChange(["policies/Policy.yaml": Fixtures.policy(environments: "production: {}")], message: admin)),
    AttackCase(
      "N44", .policy, "a policy's folder by another case", by: "manifest/location, policy/invalid",
      AttackChange(["Policies/policy.yaml": Fixtures.policy(environments: "production: {}")], message: admin)),
    AttackCase(
      "N45", .policy, "an executable policy", by: "manifest/location, policy/invalid",
      AttackChange(
        [policyPath: Fixtures.policy(environments: "production: {}")], message: admin, modes: [policyPath: "100755"])),
    AttackCase(
      "N46", .policy, "a freeze that ends before it begins, and dates that are none", by: "policy/invalid",
      AttackChange(
        [
          policyPath: Fixtures.policy(
            environments:
              "production: {freeze: [{from: \"2026-13-40T00:00:00Z\", until: \"2026-01-01T00:00:00Z\", reason: x}]}")
        ], message: admin)),
    AttackCase(
      "N47", .policy, "numbers that no policy can mean", by: "policy/invalid",
      AttackChange(
        [
          policyPath: Fixtures.policy(
            environments: "production: {max_weight_step: 99999999999999999999, approvals: {minimum: -1}}")
        ], message: admin)),
    AttackCase(
      "N48", .policy, "approval turned off by the manifest that it protects", by: "approval/missing",
      AttackChange(
        promoted.with {
          $0.required = false
          $0.approvers = []
        }, message: "Mine\n")),
    AttackCase(
      "N49", .policy, "a deployment removed with approvals, and back without asking for any", by: "approval/missing",
      AttackChange([promoted.path: nil]),
      AttackChange(
        promoted.with {
          $0.required = false
          $0.approvers = []
        }, message: "Mine\n")),
    AttackCase(
      "N50", .policy, "a deployment under another name with approvers of its own", by: "approval/missing",
      AttackChange(
        [
          Deployment().path: nil,
          "deployments/production/mine.yaml": promoted.with {
            $0.name = "mine"
            $0.approvers = ["publishers"]
          }.yaml,
        ], message: "Move\n\nApproved-by: Pat <pat@example.com>\n")),
  ]
}
