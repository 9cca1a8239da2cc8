import GitObjects
import YAMLTree

/// The evidence of one version that a deployment names.
struct JudgedVersion {
  var use: DeploymentState.VersionUse
  /// Nil where it is not there or cannot be read.
  var evidence: Evidence?
}

/// What the versions of the ref's old tip measured.
struct BaselineEvidence {
  /// Whether clauses on the baseline are asked at all.
  let isJudged: Bool
  /// Whether nothing stood there.
  let nothingStood: Bool
  let evidence: Evidence?

  init(before: DeploymentState?, oldTip: Snapshot, move: Move, isFirstPush: Bool) throws {
    isJudged = move.bringsAnything && !isFirstPush
    nothingStood = before == nil
    var found: Evidence?
    if !isFirstPush, let model = before?.deployment?.model, let name = model.name?.value,
      let version = model.version?.value,
      let folder = try oldTip.versionFolder(name, version)
    {
      found = try oldTip.context.evidence(folder).evidence
    }
    evidence = found
  }

  /// What a threshold and a floor are compared by.
  ///
  /// Known too where nothing moves, and no clause is asked.
  func floorValue(of metric: String) -> BaselineValue? {
    if isJudged { return value(of: metric) }
    if nothingStood { return .nothingStood }
    return evidence?.metrics[metric].map { .value($0) }
  }

  func value(of metric: String) -> BaselineValue {
    if !isJudged { return .notJudged }
    if nothingStood { return .nothingStood }
    return evidence?.metrics[metric].map { .value($0) } ?? .missing
  }
}

extension LineJudge {
  /// Finds and checks the evidence of every version that a deployment names.
  func judgeEvidence(_ new: DeploymentState, _ judged: CommittedChange) throws -> [JudgedVersion] {
    guard let model = new.deployment?.model.name else { return [] }
    var versions: [JudgedVersion] = []
    for use in new.versions {
      let path = Snapshot.versionPath(model.value, use.version.value)
      let shown = Text.cut(Text.show(path))
      func missing(_ message: String) {
        let check: CheckName = use.isRoute ? .routingVersion : .modelMissing
        report(
          Finding(
            check, judged.place.at(use.path, use.version.mark), message,
            fix: "publish the version with `\(shown)/metadata.json`, in this push or an earlier one",
            field: use.isRoute ? "spec.routes" : "spec.model.version"))
        versions.append(JudgedVersion(use: use, evidence: nil))
      }
      guard let folder = try judged.after.versionFolder(model.value, use.version.value) else {
        missing(
          "the version `\(use.version.value)` of `\(Text.cut(model.value))` is not published: there is no folder `\(shown)`"
        )
        continue
      }
      let read = try context.evidence(folder)
      guard let evidence = read.evidence else {
        missing(
          "the version `\(use.version.value)` of `\(Text.cut(model.value))` has no evidence: there is no `\(shown)/metadata.json`"
        )
        continue
      }
      judgeEvidenceFile(read, path, model.value, use.version.value, judged.place)
      versions.append(JudgedVersion(use: use, evidence: evidence))
    }
    judgeDigest(new, versions, judged.place)
    return versions
  }

  /// What is wrong with a `metadata.json`, at its own path.
  func judgeEvidenceFile(
    _ read: VersionEvidence, _ folder: [UInt8], _ model: String, _ version: String, _ place: StepPlace
  ) {
    let path = joined(folder, VersionEvidence.fileName)
    for problem in read.problems { report(problem.finding(at: place.at(path))) }
    let names = [
      ("name", read.evidence?.name, model, "model"), ("version", read.evidence?.version, version, "version"),
    ]
    for (field, found, expected, what) in names {
      guard let found, found.value != expected else { continue }
      report(
        Finding(
          .modelInvalid, place.at(path, found.mark),
          "`\(field)` is `\(Text.cut(found.value))`, but the folder is of the \(what) `\(Text.cut(expected))`",
          fix: "the evidence of one version says nothing about another: register this version with its own",
          field: field))
    }
  }

  private func judgeDigest(_ new: DeploymentState, _ versions: [JudgedVersion], _ place: StepPlace) {
    guard let digest = new.deployment?.model.digest, let own = versions.first(where: { !$0.use.isRoute })?.evidence
    else { return }
    let hex = String(decoding: digest.value.utf8.dropFirst("sha256:".utf8.count), as: UTF8.self)
    guard !own.artifacts.contains(where: { $0.sha256 == hex }) else { return }
    report(
      Finding(
        .modelInvalid, place.at(new.path, digest.mark),
        "`spec.model.digest` is the sha256 of none of the version's artifacts",
        fix: "write the digest of an artifact that `metadata.json` lists", field: "spec.model.digest"))
  }

  // MARK: Metrics

  /// Judges thresholds and floors.
  ///
  /// What a rollback is exempt from goes into `exempt`.
  func judgeMetrics(
    _ new: DeploymentState, _ versions: [JudgedVersion], _ baseline: BaselineEvidence, _ policy: PolicyInForce,
    _ place: StepPlace, _ exempt: inout [Finding]
  ) {
    guard let criteria = new.deployment?.criteria else { return }
    let base = "spec.promotion_criteria.evaluation_metrics"
    for rule in criteria.metrics {
      exempt += judge(rule, rule.keyMark, "\(base).\(Text.cut(rule.metric))", versions, baseline, new, place, nil)
    }
    for floor in policy.environment(new).metrics {
      // A floor of fixed numbers needs no baseline to be compared with.
      let value = baseline.floorValue(of: floor.metric) ?? (floor.threshold.leansOnBaseline ? nil : .notJudged)
      if let own = criteria.metrics.first(where: { $0.metric == floor.metric }) {
        // Where the baseline's evidence lacks the metric, `judge` says so of either threshold.
        if case .missing? = value, floor.threshold.leansOnBaseline {
          exempt += judge(floor, own.keyMark, "\(base).\(Text.cut(own.metric))", versions, baseline, new, place, policy)
        } else if let value, own.threshold.isWeaker(than: floor.threshold, baseline: value) {
          exempt.append(
            Finding(
              .metricFloor, place.at(new.path, own.keyMark),
              "`\(Text.cut(own.metric))` `\(own.threshold.text)` is weaker than the policy's floor `\(floor.threshold.text)` for `\(Text.show(new.environment))`",
              fix: "write `\(floor.threshold.text)` or a stricter threshold", field: "\(base).\(Text.cut(own.metric))",
              policy: policy.origin))
        }
      } else {
        let mark = new.deployment?.model.version?.mark
        exempt += judge(floor, mark, "\(base).\(Text.cut(floor.metric))", versions, baseline, new, place, policy)
      }
    }
  }

  private func judge(
    _ rule: PromotionCriteria.MetricRule, _ mark: Mark?, _ field: String, _ versions: [JudgedVersion],
    _ baseline: BaselineEvidence, _ new: DeploymentState, _ place: StepPlace, _ floorOf: PolicyInForce?
  ) -> [Finding] {
    var findings: [Finding] = []
    let several = versions.count > 1
    for version in versions {
      guard let evidence = version.evidence else { continue }
      let suffix =
        (several ? " for version `\(version.use.version.value)`" : "")
        + (floorOf == nil ? "" : " (the policy's floor for `\(Text.show(new.environment))`)")
      func add(_ check: CheckName, _ message: String, _ fix: String) {
        findings.append(
          Finding(check, place.at(new.path, mark), message + suffix, fix: fix, field: field, policy: floorOf?.origin))
      }
      guard let measured = evidence.metrics[rule.metric] else {
        let near = Suggestion.nearest(to: rule.metric, among: Array(evidence.metrics.keys))
        add(
          .metricMissing,
          "`\(Text.cut(rule.metric))` was not measured: the evidence of `\(version.use.version.value)` does not have it",
          near.map { "did you mean `\($0)`?" } ?? "measure it, and publish a version whose `metadata.json` has it")
        continue
      }
      let outcome = rule.threshold.evaluate(measured, baseline: baseline.value(of: rule.metric))
      guard let message = outcome.message(metric: rule.metric), let fix = outcome.fix(metric: rule.metric) else {
        continue
      }
      switch outcome {
      case .holds: break
      case .fails: add(.metricThreshold, message, fix)
      case .differentUnits: add(.metricUnit, message, fix)
      case .baselineMissing: add(.metricMissing, message, fix)
      }
    }
    return findings
  }

  /// Judges whether a shadow test that is asked for was passed.
  func judgeShadowTest(_ new: DeploymentState, _ versions: [JudgedVersion], _ policy: PolicyInForce, _ place: StepPlace)
  {
    let own = new.deployment?.criteria?.shadowTestPassed
    let demanded = policy.environment(new).shadowTestRequired
    guard own?.value == true || demanded else { return }
    for version in versions {
      guard let evidence = version.evidence, evidence.shadowTestPassed != true else { continue }
      let said =
        evidence.shadowTestPassed == false ? "did not pass its shadow test" : "has no shadow test in its evidence"
      let by = own?.value == true ? "" : ", and the policy requires one for `\(Text.show(new.environment))`"
      report(
        Finding(
          .metricShadowTest, place.at(new.path, own?.mark), "the version `\(version.use.version.value)` \(said)\(by)",
          fix: "run the shadow test, and publish a version whose evidence says `\"shadow_test\": {\"passed\": true}`",
          field: "spec.promotion_criteria.shadow_test_passed", policy: own?.value == true ? nil : policy.origin))
    }
  }
}
