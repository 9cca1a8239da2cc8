extension CheckInfo {
  /// Where the approvals of a merge may stand: in the merge itself, or in what it brings.
  static let approvalsInMerges: [CheckExample] = [
    .refused(
      "an approval in a merged branch that the file has left behind",
      """
      -- before/policies/policy.yaml (excerpt) --
      spec:
        environments:
          production: {}
      -- message --
      Promote v2.5.0

      Approved-by: Aiko Tanaka <aiko@example.com>
      Approved-by: Ken Mori <ken@example.com>
      -- commands --
      git checkout -q -b promote
      sed -i 's/version: v2.4.1/version: v2.5.0/' deployments/production/customer-segmentation.yaml
      git commit -q -a -F ../message
      sed -i 's/replicas: 3/replicas: 1/' deployments/production/customer-segmentation.yaml
      git commit -q -a -m "One replica is enough"
      git checkout -q main
      git merge -q --no-ff --no-edit promote
      git push origin main
      """),
    .refused(
      "the evidence changes behind the approval",
      """
      -- before/policies/policy.yaml (excerpt) --
      spec:
        environments:
          production: {}
      -- message --
      Promote v2.6.0

      Approved-by: Aiko Tanaka <aiko@example.com>
      Approved-by: Ken Mori <ken@example.com>
      -- commands --
      git checkout -q -b promote
      mkdir models/customer-segmentation/v2.6.0
      sed 's/v2.5.0/v2.6.0/' models/customer-segmentation/v2.5.0/metadata.json > models/customer-segmentation/v2.6.0/metadata.json
      sed -i 's/version: v2.4.1/version: v2.6.0/' deployments/production/customer-segmentation.yaml
      git add . && git commit -q -F ../message
      sed -i 's/0.49/0.48/' models/customer-segmentation/v2.6.0/metadata.json
      git commit -q -a -m "Correct the score"
      git checkout -q main
      git merge -q --no-ff --no-edit promote
      git push origin main
      """),
    .accepted(
      "an approver of a pull request merges it",
      """
      -- before/policies/policy.yaml (excerpt) --
      spec:
        environments:
          production: {}
      -- message --
      Merge branch 'promote'

      Approved-by: Aiko Tanaka <aiko@example.com>
      Approved-by: Ken Mori <ken@example.com>
      -- commands --
      git checkout -q -b promote
      sed -i 's/version: v2.4.1/version: v2.5.0/' deployments/production/customer-segmentation.yaml
      git commit -q -a -m "Promote v2.5.0"
      git checkout -q main
      git -c user.name="Aiko Tanaka" -c user.email=aiko@example.com merge -q --no-ff promote -F ../message
      git push origin main
      """),
    .accepted(
      "the commit of a branch carries its approvals through the merge",
      """
      -- before/policies/policy.yaml (excerpt) --
      spec:
        environments:
          production: {}
      -- message --
      Promote v2.5.0

      Approved-by: Aiko Tanaka <aiko@example.com>
      Approved-by: Ken Mori <ken@example.com>
      -- commands --
      git checkout -q -b promote
      sed -i 's/version: v2.4.1/version: v2.5.0/' deployments/production/customer-segmentation.yaml
      git commit -q -a -F ../message
      git checkout -q main
      git merge -q --no-ff --no-edit promote
      git push origin main
      """),
    .accepted(
      "an approval by an empty commit at the end of the branch",
      """
      -- before/policies/policy.yaml (excerpt) --
      spec:
        environments:
          production: {}
      -- message --
      Looks good

      Approved-by: Aiko Tanaka <aiko@example.com>
      Approved-by: Ken Mori <ken@example.com>
      -- commands --
      git checkout -q -b promote
      sed -i 's/version: v2.4.1/version: v2.5.0/' deployments/production/customer-segmentation.yaml
      git commit -q -a -m "Promote v2.5.0"
      git commit -q --allow-empty -F ../message
      git checkout -q main
      git merge -q --no-ff --no-edit promote
      git push origin main
      """),
  ]
}
