extension CheckInfo {
  /// One endpoint, one deployment.
  static let manifestEndpoint = CheckInfo(
    .manifestEndpoint,
    title: "two deployments of one environment and namespace on one endpoint",
    rationale: """
      Two models behind one path answer in turn, or the later one takes the traffic of the earlier: the
      numbers that were approved are then not those of the model that answers. Copying a manifest and
      forgetting this one line is how it happens.
      """,
    remedy: """
      Give the new deployment a path of its own. To move an endpoint from one deployment to another,
      change both in one commit. To split traffic between versions, write a ModelRouting.
      """,
    exception: """
      Deployments of different environments or namespaces may share a path: they answer at different hosts.
      """,
    examples: [
      .refused(
        "a copied manifest that kept the endpoint",
        """
        -- after/deployments/production/churn.yaml (excerpt) --
        spec:
          serving:
            inference_endpoint: ↓/v1/predict/customer-segmentation
        """),
      .refused(
        "an endpoint that another deployment writes in another way",
        """
        -- before/deployments/production/churn.yaml (excerpt) --
        spec:
          serving:
            inference_endpoint: "/v1/predict/ch\\u0075rn"
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          serving:
            inference_endpoint: ↓/v1/predict/churn
        """),
      .accepted(
        "an endpoint of its own",
        """
        -- after/deployments/production/churn.yaml (excerpt) --
        spec:
          serving:
            inference_endpoint: /v1/predict/churn
        """),
      .accepted(
        "the same endpoint in another environment",
        """
        -- after/deployments/staging/customer-segmentation.yaml (excerpt) --
        spec:
          serving:
            inference_endpoint: /v1/predict/customer-segmentation
        """),
      .accepted(
        "an endpoint that changes hands in one commit",
        """
        -- after/deployments/production/customer-segmentation.yaml (excerpt) --
        spec:
          serving:
            inference_endpoint: /v1/predict/segment
        -- after/deployments/production/churn.yaml (excerpt) --
        spec:
          serving:
            inference_endpoint: /v1/predict/customer-segmentation
        """),
    ])
}
