extension CheckInfo {
  /// Judging took too long.
  static let hostTimeout = CheckInfo(
    .hostTimeout,
    title: "a push that could not be judged within the host's time",
    rationale: """
      Git hosts end a hook that takes too long, and some of them take the push then. So the gate ends
      before they do, and refuses: what was not judged to its end was not judged.
      """,
    remedy: """
      Push in smaller parts. If a small push meets this too, the host is overloaded or its disk is slow: tell
      the administrator.
      """,
    exception: """
      The administrator may raise `mlops.timeout`, as far as the git host itself waits.
      """,
    examples: [])
}
