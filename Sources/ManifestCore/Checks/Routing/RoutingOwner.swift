extension CheckInfo {
  /// A routing belongs to one deployment, and a deployment has one routing.
  static let routingOwner = CheckInfo(
    .routingOwner,
    title: "a routing that belongs to no deployment, or a second one for the same deployment",
    rationale: """
      A routing decides which version answers, so it needs the approvals of its deployment. One that
      belongs to none would need nobody's; two for one deployment leave it to the router which of them
      holds. It is found by name: `customer-segmentation-ab` belongs to `customer-segmentation`.
      """,
    remedy: """
      Let the routing stand in its deployment's file behind `---`, or name it `<deployment>-…`. Keep one
      for each deployment: change that one instead of adding another.
      """,
    exception: """
      Never.
      """,
    examples: [
      .refused(
        "a routing whose name leads to no deployment",
        """
        -- after/deployments/production/segmentation-ab.yaml (excerpt) --
        metadata:
          name: ↓segmentation-ab
        """),
      .refused(
        "a second routing",
        """
        -- before/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          traffic_splitting: {method: weight}
        -- after/deployments/production/customer-segmentation-extra-ab.yaml (excerpt) --
        metadata:
          name: ↓customer-segmentation-extra-ab
        """),
      .refused(
        "a routing that names another deployment",
        """
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          model_name: ↓churn
        """),
      .refused(
        "a routing loses its deployment",
        """
        -- before/deployments/production/churn.yaml (excerpt) --
        spec:
          serving:
            inference_endpoint: /v1/predict/churn
        -- before/deployments/production/churn-ab.yaml (excerpt) --
        metadata:
          name: ↓churn-ab
        -- delete/deployments/production/churn.yaml --
        """),
      .accepted(
        "a routing that is named after its deployment",
        """
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          model_name: customer-segmentation
        """),
    ])
}
