import GitObjects
import YAMLTree

extension LineJudge {
  /// A version must have stood in the earlier environment, at the ref's old tip.
  ///
  /// Of the version that `spec.model` names there already nothing is asked: a canary that shrinks or ends is no promotion.
  func judgeOrder(
    _ new: DeploymentState, _ move: Move, _ policy: PolicyInForce, _ place: StepPlace, _ exempt: inout [Finding]
  ) throws {
    guard move.bringsAnything, let earlier = policy.environment(new).promoteFrom, let model = new.deployment?.model,
      move.changesModel || move.changesDigest || !move.versions.allSatisfy(move.isRetreat)
    else { return }
    let other = try oldTip.deployment(bytes(earlier), new.name)
    let rival = other?.deployment?.model
    let shown = "`deployments/\(Text.cut(earlier))/\(Text.show(new.name)).yaml`"
    func add(_ mark: Mark?, _ message: String, in path: [UInt8]? = nil) {
      exempt.append(
        Finding(
          .promotionOrder, place.at(path ?? new.path, mark), message,
          fix: "promote it to `\(Text.cut(earlier))` first, in a push of its own", field: "spec.model",
          policy: policy.origin))
    }
    guard let other, let rival else {
      return add(model.version?.mark, "nothing stands in `\(Text.cut(earlier))` before: there is no \(shown)")
    }
    for use in move.versions where !move.isRetreat(to: use) {
      let place = use.isRoute ? "a route" : "`spec.model`"
      if rival.registry?.value.text != model.registry?.value.text || rival.name?.value != model.name?.value {
        add(model.registry?.mark, "\(shown) has another registry or model than this one")
        return
      }
      guard
        let standing = other.versions.first(where: {
          $0.version.value == use.version.value && ($0.share > 0 || !$0.isRoute)
        })
      else {
        add(
          use.version.mark,
          "the version `\(use.version.value)` of \(place) does not stand in `\(Text.cut(earlier))` before", in: use.path
        )
        continue
      }
      // A route has no digest: there is nothing to compare.
      if !use.isRoute, !standing.isRoute, rival.digest?.value != model.digest?.value {
        add(
          model.digest?.mark ?? use.version.mark,
          "the version `\(use.version.value)` stands in `\(Text.cut(earlier))` with \(rival.digest.map { "the digest \($0.value.prefix(19))…" } ?? "no digest")"
        )
      }
    }
  }

  /// A version's share may grow only so much in one push.
  func judgeWeightStep(
    _ new: DeploymentState, _ move: Move, _ policy: PolicyInForce, _ place: StepPlace, _ exempt: inout [Finding]
  ) {
    guard let maximum = policy.environment(new).maximumWeightStep, move.from != nil else { return }
    for use in move.versions {
      let before = move.shareBefore(use.version.value)
      guard use.share - before > maximum else { continue }
      exempt.append(
        Finding(
          .routingStep, Place(ref: place.ref, commit: place.commit, path: use.path, mark: use.version.mark),
          "the share of `\(use.version.value)` grows from \(before) to \(use.share) in one push, by more than \(maximum)",
          fix: "let it grow to at most \(before + maximum) now, by a ModelRouting, and further in a later push",
          field: use.isRoute ? "spec.routes" : "spec.model.version", policy: policy.origin))
    }
  }

  /// A model comes from a registry that the policy names, and with a digest where the policy asks for one.
  func judgeRegistry(_ new: DeploymentState, _ move: Move, _ policy: PolicyInForce, _ place: StepPlace) {
    guard move.bringsAnything || isFirstPush, let model = new.deployment?.model else { return }
    let rules = policy.environment(new)
    if !rules.registries.isEmpty, let registry = model.registry,
      !rules.registries.contains(where: { registry.value.lies(below: $0) })
    {
      report(
        Finding(
          .promotionRegistry, place.at(new.path, registry.mark),
          "the registry `\(Text.cut(registry.value.text))` is none of those for `\(Text.show(new.environment))`",
          fix: "use one below \(Text.list(rules.registryTexts, "or"))", field: "spec.model.registry",
          policy: policy.origin))
    }
    if rules.digestRequired, model.digest == nil {
      report(
        Finding(
          .promotionRegistry, place.at(new.path, model.version?.mark),
          "`spec.model.digest` is left out, and the policy requires it for `\(Text.show(new.environment))`",
          fix: "add `digest: sha256:…`, the digest of an artifact that `metadata.json` lists",
          field: "spec.model.digest",
          policy: policy.origin))
    }
  }
}
