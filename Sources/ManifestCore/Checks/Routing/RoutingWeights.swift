extension CheckInfo {
  /// Weights are 100 together.
  static let routingWeights = CheckInfo(
    .routingWeights,
    title: "routes whose weights are not 100 together",
    rationale: """
      Weights are percentages of production traffic. If they add up to 95, routers disagree about the
      rest: one scales them up, one drops the requests, one sends them to the first route. Nobody approved
      any of the three.
      """,
    remedy: """
      Give or take the difference that the hint names. A route that is to get nothing keeps `weight: 0`.
      """,
    exception: """
      Never.
      """,
    examples: [
      .refused(
        "five per cent go nowhere",
        """
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          ↓routes:
            - {name: primary, model_version: v2.4.1, weight: 75}
            - {name: candidate, model_version: v2.5.0, weight: 20}
        """),
      .accepted(
        "all of them have a route",
        """
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 80}
            - {name: candidate, model_version: v2.5.0, weight: 20}
        """),
    ])
}
