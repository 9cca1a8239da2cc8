extension AttackCase {
  /// Refs and what git passes on.
  static let refs: [AttackCase] = [
    AttackCase(
      "1", .refs, "a ref's name that holds further lines", by: "push/malformed",
      "RefAttackTests.newlineRef"),
    AttackCase("3", .refs, "one ref twice in a push", by: "push/malformed", "RefAttackTests.chainedRef"),
    AttackCase(
      "4", .refs, "a deletion with an old value that is not the ref's", by: "push/malformed",
      "RefAttackTests.lyingDelete"),
    AttackCase(
      "5", .refs, "an old value that would choose an older policy", by: "push/malformed",
      "RefAttackTests.lyingOld"),
    AttackCase(
      "7", .refs, "commits that another ref of the push brought", by: "approval/missing",
      "RefAttackTests.staging"),
    AttackCase(
      "8", .refs, "commits that an unprotected branch already holds", by: "approval/missing",
      "RefAttackTests.staging", "PushTests.stagedCommits"),
    AttackCase(
      "9", .refs, "commits that lie outside of `refs/heads/`", by: "approval/missing",
      "RefAttackTests.stagedElsewhere"),
    AttackCase(
      "11", .refs, "a new branch that a policy protects", by: "approval/missing",
      "RefAttackTests.newProtected", "PushTests.newProtectedBranch"),
    AttackCase(
      "12", .refs, "a new branch from a commit with a lax policy", by: "approval/missing",
      "RefAttackTests.newProtected"),
    AttackCase(
      "13", .refs, "the deletion of a protected branch", by: "history/delete",
      "RefAttackTests.deletion", "PushTests.deletionAndRewrite"),
    AttackCase(
      "15", .refs, "an unrelated history", by: "history/rewrite",
      "RefAttackTests.deletion", "BadInputTests.parentless"),
    AttackCase(
      "16", .refs, "a symbolic ref to a protected branch", by: "history/delete, push/malformed",
      "RefAttackTests.symbolicAlias"),
    AttackCase(
      "17", .refs, "refs that look like a protected one", by: "approval/missing",
      "RefAttackTests.lookAlikes"),
    AttackCase(
      "19", .refs, "odd bytes in a ref's name", by: "push/malformed",
      "RefAttackTests.strangeBytes", "BadInputTests.malformedLines"),
    AttackCase("20", .refs, "a namespace of refs", by: "push/malformed", "RefAttackTests.namespace"),
    AttackCase(
      "21", .refs, "a push from a shallow clone", by: "`mlops-hook doctor`, host/internal",
      "RefAttackTests.shallow", "BadInputTests.missingObjects"),
    AttackCase(
      "23", .refs, "a protected branch on what is no commit", by: "push/malformed, history/rewrite",
      "RefAttackTests.nonCommit"),
    AttackCase(
      "24", .refs, "a protected tag on a commit that no protected branch holds", by: "history/tag",
      "RefAttackTests.tag", "PushTests.tags"),
    AttackCase("25", .refs, "a tag named like a branch", by: "approval/missing", "RefAttackTests.lookAlikes"),
    AttackCase(
      "27", .refs, "very many refs in one push", by: "push/malformed, `mlops.maxRefs`",
      "BadInputTests.manyRefs", "BadInputTests.limits"),
    AttackCase(
      "28", .refs, "very many parents, or one parent twice", by: "commit/malformed",
      "RefAttackTests.octopus"),
    AttackCase(
      "29", .refs, "a hook that takes refs away from the gate", by: "`mlops-hook doctor`",
      "DoctorTests.off"),
    AttackCase(
      "31", .refs, "one bad ref among good ones", by: "approval/missing",
      "RefAttackTests.oneOfSeveral", "PushTests.severalRefs"),
  ]

  /// Histories and merges.
  static let history: [AttackCase] = [
    AttackCase(
      "32", .history, "a change that only the merge makes", by: "approval/missing",
      "RefAttackTests.merges", "MergeTests.evilMerge"),
    AttackCase(
      "33", .history, "a merge that drops what was approved", by: "the trees decide",
      "RefAttackTests.merges", "MergeTests.oursMerge"),
    AttackCase(
      "35", .history, "a file moved in from an ungoverned folder", by: "approval/missing",
      "RefAttackTests.moved"),
    AttackCase(
      "36", .history, "parents in the wrong order", by: "history/foxtrot",
      "RefAttackTests.merges", "MergeTests.foxtrot"),
    AttackCase(
      "37", .history, "an approval in a commit that did not make the change", by: "approval/missing",
      "RefAttackTests.approvalElsewhere", "MergeTests.staleApproval"),
    AttackCase(
      "39", .history, "an approval on top of the change", by: "approval/missing",
      "RefAttackTests.approvalElsewhere"),
    AttackCase(
      "40", .history, "one approval each for two manifests", by: "approval/missing",
      "RefAttackTests.splitApprovals"),
    AttackCase(
      "41", .history, "approvals that are carried over to other content", by: "approval/unsigned, `proof: signed`",
      "WorkflowGateTests.otherVersion", "WorkflowGateTests.refused"),
    AttackCase("43", .history, "the removal of a deployment", by: "approval/missing", "PushTests.removal"),
    AttackCase(
      "44", .history, "a change of a file's mode", by: "manifest/location",
      "RegressionTests.changedMode", "ManifestRefusalTests.refusedLocation"),
    AttackCase(
      "45", .history, "dates that a client makes up", by: "approval/missing",
      "RefAttackTests.dates", "RegressionTests.replayed"),
    AttackCase(
      "47", .history, "a message in another encoding", by: "commit/malformed",
      "RefAttackTests.malformedCommit"),
    AttackCase(
      "48", .history, "several signatures on one commit", by: "commit/malformed",
      "RefAttackTests.malformedCommit"),
  ]

  /// People and policies.
  static let policies: [AttackCase] = [
    AttackCase("49", .policy, "a claimed author or committer", by: "approval/unknown", "RefAttackTests.claimed"),
    AttackCase(
      "51", .policy, "a mailmap that turns one person into another", by: "approval/unknown",
      "RefAttackTests.claimed"),
    AttackCase(
      "52", .policy, "one key of two people", by: "policy/invalid",
      "RefAttackTests.sharedKey", "WorkflowRegressionTests.oneKey"),
    AttackCase(
      "53", .policy, "one person in two roles", by: "approval/missing, `distinct`",
      "PolicyTests.unfilledRole", "PolicyTests.assignment"),
    AttackCase("55", .policy, "wildcards for a signer", by: "approval/unsigned", "WorkflowGateTests.refused"),
    AttackCase(
      "56", .policy, "an expiry by a date that the client chose", by: "approval/unsigned",
      "WorkflowGateTests.refused"),
    AttackCase(
      "57", .policy, "a good signature by anybody's key", by: "approval/unsigned",
      "WorkflowGateTests.refused"),
    AttackCase(
      "59", .policy, "one person twice", by: "approval/missing",
      "ContentAttackTests.trailers", "PolicyTests.unfilledRole"),
    AttackCase("60", .policy, "names that look alike", by: "approval/missing", "ContentAttackTests.trailers"),
    AttackCase(
      "61", .policy, "names that fold to one another", by: "approval/missing",
      "ContentAttackTests.trailers"),
    AttackCase("63", .policy, "parts and patterns of names", by: "approval/missing", "ContentAttackTests.trailers"),
    AttackCase("64", .policy, "approvers that the same push changes", by: "policy/guard", "RefAttackTests.samePush"),
    AttackCase(
      "65", .policy, "criteria that the same push weakens", by: "approval/missing",
      "RefAttackTests.samePush", "PolicyTests.policyInPush"),
    AttackCase(
      "67", .policy, "a policy as link, folder, look-alike or second document", by: "policy/invalid, manifest/location",
      "RefAttackTests.disguisedPolicy"),
    AttackCase(
      "68", .policy, "a host's policy beside the repository's", by: "approval/missing, each policy by itself",
      "PolicyTests.hostPolicy", "JudgementPropertyTests.properties"),
    AttackCase(
      "69", .policy, "a policy that changes within the push", by: "policy/guard, approval/missing",
      "PolicyTests.newPolicyToo", "PolicyTests.policyInPush"),
    AttackCase(
      "71", .policy, "the first push", by: "push/malformed, metric/threshold",
      "PushTests.firstPushAlone", "PushTests.firstPushJudged"),
    AttackCase("72", .policy, "push options as a way round", by: "approval/missing", "RefAttackTests.pushOptions"),
  ]

  /// Approvals in messages.
  static let trailers: [AttackCase] = [
    AttackCase(
      "73", .trailers, "an approval in a middle paragraph", by: "approval/missing",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "75", .trailers, "an approval among prose beside a sign-off", by: "approval/malformed",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "76", .trailers, "an approval among much prose", by: "approval/missing",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "77", .trailers, "a cherry-picked line among approvals", by: "approval/unsigned, `proof: signed`",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "79", .trailers, "an approval right below the title", by: "approval/missing",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "80", .trailers, "a value over two lines", by: "approval/malformed",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "81", .trailers, "a value on the next line", by: "approval/malformed",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "83", .trailers, "an approval behind a divider", by: "approval/malformed",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "84", .trailers, "an approval behind scissors", by: "approval/malformed",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "85", .trailers, "comments behind an approval", by: "approval/malformed",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "87", .trailers, "a form feed for a blank line", by: "approval/missing",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "88", .trailers, "line ends that readers disagree about", by: "approval/malformed",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "89", .trailers, "odd spacing and case of the key", by: "approval/malformed",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "91", .trailers, "a no-break space before a value", by: "approval/missing",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "92", .trailers, "a key that only looks right", by: "approval/missing",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "93", .trailers, "an empty value", by: "approval/malformed",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "95", .trailers, "text behind an approval", by: "approval/missing",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase(
      "97", .trailers, "a combining mark behind the colon", by: "approval/missing",
      "ContentAttackTests.trailers", "MessageTrailersTests.countsTheStrictPart"),
    AttackCase("96", .trailers, "a NUL in a message", by: "commit/malformed", "RefAttackTests.malformedCommit"),
    AttackCase("99", .trailers, "approvals in notes and tags", by: "approval/missing", "ContentAttackTests.notes"),
    AttackCase(
      "100", .trailers, "a message of very many bytes", by: "commit/malformed",
      "RefAttackTests.malformedCommit"),
  ]
}
