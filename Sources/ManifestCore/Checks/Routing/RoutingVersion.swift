extension CheckInfo {
  /// A route leads to a published version.
  static let routingVersion = CheckInfo(
    .routingVersion,
    title: "a route to a version that is not published",
    rationale: """
      A canary is production: the share of users that it gets is served by it. So a version that gets any
      share must have its evidence in `models/`, and is judged like the one in `spec.model.version`.
      """,
    remedy: """
      Publish the version with its `metadata.json`, in this push or an earlier one, or set the route's
      weight to 0 until it is there.
      """,
    exception: """
      A route with `weight: 0` may name a version that is not published yet.
      """,
    examples: [
      .refused(
        "a canary without evidence",
        """
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 90}
            - {name: candidate, model_version: ↓v2.6.0, weight: 10}
        """),
      .refused(
        "an unpublished version gets its share in the file of the deployment",
        """
        -- after/deployments/production/customer-segmentation.yaml --
        apiVersion: mlops/v1
        kind: ModelDeployment
        metadata: {name: customer-segmentation, namespace: production}
        spec:
          model: {registry: "s3://ml-models/company/", name: customer-segmentation, version: v2.4.1}
          environment: production
          serving:
            replicas: 3
            resources: {cpu: "2", memory: 4Gi}
            inference_endpoint: /v1/predict/customer-segmentation
          promotion_criteria:
            shadow_test_passed: true
            evaluation_metrics: {silhouette_score: ">0.45"}
            approval_required: true
            approvers: [ml-opsリード, ビジネスユニットLG]
        ---
        apiVersion: mlops/v1
        kind: ModelRouting
        metadata: {name: customer-segmentation}
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 90}
            - {name: candidate, model_version: ↓v2.6.0, weight: 10}
          traffic_splitting: {method: cookie, cookie_name: canary}
        """),
      .accepted(
        "a route that is prepared and gets nothing yet",
        """
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 100}
            - {name: candidate, model_version: v2.6.0, weight: 0}
        """),
      .accepted(
        "a canary with its evidence",
        """
        -- after/deployments/production/customer-segmentation-ab.yaml (excerpt) --
        spec:
          routes:
            - {name: primary, model_version: v2.4.1, weight: 90}
            - {name: candidate, model_version: v2.5.0, weight: 10}
        """),
    ])
}
