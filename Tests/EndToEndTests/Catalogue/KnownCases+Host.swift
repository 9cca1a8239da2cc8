extension AttackCase {
  /// The host and its git.
  static let host: [AttackCase] = [
    AttackCase(
      "167", .host, "a replacement of the policy's file", by: "push/malformed",
      "RefAttackTests.replaceRefs"),
    AttackCase(
      "168", .host, "a replacement of a commit", by: "push/malformed",
      "RefAttackTests.replaceRefs", "ReconcilerTrustTests.head"),
    AttackCase(
      "169", .host, "objects that the server cannot see", by: "host/internal",
      "BadInputTests.missingObjects"),
    AttackCase("171", .host, "a repository that cannot be opened", by: "host/internal", "BadInputTests.extensions"),
    AttackCase(
      "172", .host, "what a hook itself writes before the push is taken", by: "hooks write no ref and no object",
      "CanaryTests.inForce", "DryRunTests.dry"),
    AttackCase("173", .host, "a client's environment", by: "`mlops-hook doctor`", "DoctorTests.off"),
    AttackCase("175", .host, "a hook that is not executable", by: "`mlops-hook doctor`", "DoctorTests.off"),
    AttackCase("176", .host, "a hook that is a link to nothing", by: "`mlops-hook doctor`", "DoctorTests.off"),
    AttackCase("177", .host, "a hook that is empty", by: "`mlops-hook doctor`", "DoctorTests.off"),
    AttackCase(
      "178", .host, "a hook that was torn", by: "`mlops-hook doctor`, `install.sh`",
      "DoctorTests.off", "InstallTests.damagedProgramIsInstalledAgain"),
    AttackCase("179", .host, "a hook that crashes", by: "host/internal", "BadInputTests.crash"),
    AttackCase("180", .host, "an exit status that wraps", by: "the exit is 0 or 1", "RefAttackTests.manyProblems"),
    AttackCase("181", .host, "a child that holds the push", by: "detached delivery", "TriggerTests.slowSink"),
    AttackCase(
      "183", .host, "another owner of the repository", by: "host/internal, `mlops-hook doctor`",
      "DoctorTests.owner"),
    AttackCase("184", .host, "a hostile clone for `check`", by: "no program is run", "RefAttackTests.hostileConfig"),
    AttackCase(
      "185", .host, "a hostile environment of the hook", by: "no program is run",
      "RefAttackTests.hostilePath"),
    AttackCase(
      "187", .host, "repositories of formats that cannot be read", by: "host/internal",
      "BadInputTests.sha256", "BadInputTests.reftable", "BadInputTests.extensions"),
    AttackCase("188", .host, "a umask that opens files to others", by: "modes are set", "RefAttackTests.umask"),
    AttackCase(
      "189", .host, "a server that has a work tree", by: "`install.sh` warns",
      "InstallTests.warnsOfRepositoriesThatAreNotAsTheyShouldBe"),
    AttackCase(
      "191", .host, "missing objects that a remote could bring", by: "host/internal",
      "BadInputTests.missingObjects"),
  ]

  /// Output, resources, triggers, relay and reconciler.
  static let operations: [AttackCase] = [
    AttackCase(
      "192", .output, "control characters in names, messages and values", by: "every line is escaped",
      "ContentAttackTests.hostileName", "ContentAttackTests.escaped"),
    AttackCase(
      "193", .output, "a forged verdict in a name", by: "every line is escaped",
      "ContentAttackTests.hostileName"),
    AttackCase(
      "195", .output, "a forged record of the audit", by: "every record is JSON",
      "ContentAttackTests.escaped", "TriggerTests.audit"),
    AttackCase(
      "196", .output, "a record of acceptance for a ref that did not move",
      by: "what is judged and what moved are told apart",
      "RefAttackTests.lyingOld"),
    AttackCase("197", .output, "memory in a crash's report", by: "host/internal", "BadInputTests.crash"),
    AttackCase(
      "199", .output, "the list of approvers", by: "reports name roles, and people whom the repository shows",
      "PolicyTests.ledger"),
    AttackCase(
      "200", .output, "a report of very many lines", by: "50 problems, 16 KiB",
      "RefAttackTests.manyProblems", "BadInputTests.shortReport", "RegressionTests.boundedReports"),
    AttackCase(
      "201", .resources, "content that unpacks to very much", by: "manifest/syntax, host/limit",
      "BadInputTests.hugeBlob", "ResourceTests.result", "ResourceTests.base"),
    AttackCase("203", .resources, "very many commits", by: "host/limit, `mlops.maxCommits`", "BadInputTests.limits"),
    AttackCase("204", .resources, "very many manifests", by: "host/timeout", "RegressionTests.manyAdded"),
    AttackCase(
      "205", .resources, "a policy of very many people", by: "policy/invalid",
      "BadInputTests.rubbishPolicy"),
    AttackCase("207", .resources, "a client that does not read", by: "`mlops.timeout`", "BadInputTests.deafClient"),
    AttackCase(
      "208", .resources, "a host that stands still", by: "host/timeout",
      "BadInputTests.timeout", "BadInputTests.fifoPolicy"),
    AttackCase("209", .resources, "too little memory", by: "host/internal", "FailClosedTests.memory"),
    AttackCase(
      "211", .concurrency, "two good pushes at once",
      by: "rules look at one ref's tree, and its old value is compared when it moves",
      "ConcurrencyTests.distinct", "ConcurrencyTests.sameRef"),
    AttackCase(
      "212", .concurrency, "a policy that is tightened between verdict and move", by: "`mlops.strict`",
      "StrictTests.policyChanges"),
    AttackCase(
      "213", .concurrency, "one ref that two pushes move", by: "git's lock, push/malformed",
      "BadInputTests.malformedLines", "ConcurrencyTests.sameRef", "ConcurrencyTests.overtaken"),
    AttackCase("215", .concurrency, "a client that vanishes", by: "the refs are the record", "TriggerTests.vanished"),
    AttackCase(
      "216", .concurrency, "a hook that is killed", by: "the refs are the record",
      "TriggerTests.killedAnywhere", "TriggerTests.staleLock"),
    AttackCase(
      "217", .concurrency, "a post-receive that fails", by: "the refs are the record",
      "TriggerTests.killedThenPush", "TriggerTests.coalesced"),
    AttackCase(
      "219", .relay, "a link in the outbox", by: "`O_NOFOLLOW`",
      "TriggerTests.outboxLink", "RelayOutboxTests.linkedOutbox"),
    AttackCase(
      "220", .relay, "a torn event", by: "written whole or not at all",
      "TriggerTests.killedAnywhere", "RelayOutboxTests.unfit", "DeliveryEventTests.everyTornEventIsRefused"),
    AttackCase(
      "221", .relay, "an event that a receiver never takes", by: "one queue a sink, `dead/`",
      "RelayReceiverTests.misbehaves", "RelayOutboxTests.redeliver"),
    AttackCase(
      "223", .relay, "a signature that is compared byte by byte", by: "test vectors, several secrets",
      "SecretTests.standardWebhook"),
    AttackCase(
      "224", .relay, "an address that leads elsewhere", by: "addresses stand in the host's configuration",
      "WebAddressTests.bad", "WebAddressTests.plainOnlyWhereItIsAllowed"),
    AttackCase("225", .relay, "header lines in an address", by: "refused when it is read", "WebAddressTests.bad"),
    AttackCase(
      "227", .relay, "answers that are neither yes nor no", by: "one outcome for each answer",
      "RelayReceiverTests.misbehaves", "RelayReceiverTests.gone", "RelayReceiverTests.busy"),
    AttackCase(
      "228", .relay, "certificates that nobody vouches for", by: "always verified",
      "RelayReceiverTests.encrypted", "RelayReceiverTests.otherHost"),
    AttackCase(
      "229", .relay, "secrets in logs", by: "shown without path and secret",
      "SecretTests.aSecretDoesNotShow", "WebAddressTests.whatIsShownHoldsNoPath"),
    AttackCase(
      "231", .relay, "files that others put into the outbox", by: "modes, owners",
      "RelayOutboxTests.unfit", "RefAttackTests.umask"),
    AttackCase("232", .relay, "very many events", by: "missed updates become one", "TriggerTests.coalesced"),
    AttackCase(
      "233", .reconciler, "a tip that nobody judged", by: "each step is judged again",
      "ReconcilerTests.pastTheGate"),
    AttackCase(
      "235", .reconciler, "two operators of one place", by: "a lease with a growing number",
      "LeaseTests.fenced", "LeaseTests.excludes"),
    AttackCase(
      "236", .reconciler, "a remote that goes back", by: "what was applied is kept",
      "ReconcilerTests.rewritten", "ReconcilerTrustTests.kept"),
    AttackCase(
      "237", .reconciler, "a state that would take everything away", by: "limits of one pass",
      "PlannerTests.massDelete", "ReconcilerTrustTests.misspelt"),
    AttackCase(
      "239", .reconciler, "clocks that jump", by: "clocks decide nothing",
      "LeaseTests.free", "SinkStateTests.aClockThatJumpsByYearsHoldsNothing"),
    AttackCase(
      "240", .reconciler, "a place that was changed by hand", by: "put right",
      "ReconcilerTrustTests.neighbours"),
    AttackCase(
      "241", .reconciler, "a place that cannot be asked", by: "what is not known is not changed",
      "PlannerTests.unseen", "ReconcilerTrustTests.unseen"),
    AttackCase(
      "243", .reconciler, "a record that was lost", by: "read from git and the place",
      "ReconcilerDriftTests.once", "DirectoryAdapterTests.property"),
    AttackCase("244", .reconciler, "a remote that is gone", by: "what runs stays", "ReconcilerTests.unreachable"),
    AttackCase(
      "245", .reconciler, "a route to what is not ready", by: "deploy, wait, lead, retire",
      "PlannerTests.order"),
  ]
}
