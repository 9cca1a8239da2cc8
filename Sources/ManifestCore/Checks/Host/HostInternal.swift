extension CheckInfo {
  /// The gate itself failed.
  static let hostInternal = CheckInfo(
    .hostInternal,
    title: "a push that could not be judged because something on the host failed",
    rationale: """
      An object that is not there, a disk that is full, a format that cannot be read: the gate could not
      look, and a gate that could not look stays shut. It says nothing about your change.
      """,
    remedy: """
      Push again once; if it says the same, tell the host's administrator, with the whole message. A missing
      object may come from a shallow or partial clone: push from a full one. For administrators:
      `mlops-hook doctor --repo <path>` looks for the cause.
      """,
    exception: """
      Never: to take what could not be judged would make every fault of the host a way in.
      """,
    examples: [])
}
