import Foundation
import Testing

@testable import ManifestCore
@testable import Reconciliation

/// What is planned, from what should run and what runs.
@Suite("Planner") struct PlannerTests {
  private let endpoint = Targets.Endpoint(name: "disk", adapter: .directory)

  private func plan(
    _ desired: DesiredState, _ observed: [String: ObservedDeployment], record: ReconcileRecord? = nil,
    now: Int64 = 1000, massDelete: Bool = false
  ) -> ReconcilePlan {
    Planner(
      desired: desired, endpoints: [endpoint], observed: ["disk": observed],
      record: record ?? ReconcileRecord(environment: "production"), now: now, allowsMassDelete: massDelete
    ).plan()
  }

  private func seen(_ deployment: DesiredDeployment, _ more: [String: ObservedVersion] = [:]) -> ObservedDeployment {
    var versions = more
    for version in deployment.versions {
      versions[version.version] = ObservedVersion(identity: version.identity, isReady: true, since: 1)
    }
    return ObservedDeployment(versions: versions, routes: deployment.table)
  }

  @Test("what runs as git says needs nothing") func settled() {
    let churn = Wanted.deployment("churn")
    #expect(plan(Wanted.state([churn]), ["churn": seen(churn)]).isEmpty)
  }

  @Test("a new version is deployed, awaited, led to, and the old one retired, in this order") func order() {
    let old = ObservedDeployment(
      versions: [
        "v1.0.0": .init(identity: "x", isReady: true, since: 3),
        "v0.9.0": .init(identity: "x", isReady: true, since: 2),
        "v0.8.0": .init(identity: "x", isReady: true, since: 1),
      ], routes: Wanted.deployment("churn").table)
    let made = plan(Wanted.state([Wanted.deployment("churn", "v2.0.0")]), ["churn": old])
    #expect(made.actions.map(\.kind) == [.deploy, .await, .route, .retire, .retire])
    #expect(made.actions.suffix(2).map(\.version) == ["v0.8.0", "v0.9.0"], "the newest old one is kept")
  }

  @Test("another content under the same name is put there again") func identity() {
    let churn = Wanted.deployment("churn")
    var there = seen(churn)
    there.versions["v1.0.0"]?.identity = "another"
    #expect(plan(Wanted.state([churn]), ["churn": there]).actions.map(\.kind) == [.deploy, .await])
  }

  @Test("a manifest that cannot be read keeps what runs") func unreadable() {
    let churn = Wanted.deployment("churn")
    let made = plan(Wanted.state([], unreadable: [("churn", "not YAML")]), ["churn": seen(churn)])
    #expect(made.actions.isEmpty && made.held.map(\.deployment) == ["churn"])
    #expect(made.held[0].isFailure && made.held[0].reason.contains("not YAML"))
  }

  @Test("more than a fifth is not taken away in one pass, unless that is said") func massDelete() {
    let all = (0..<10).map { Wanted.deployment("model-\($0)") }
    let observed = Dictionary(uniqueKeysWithValues: all.map { ($0.name, seen($0)) })
    let two = plan(Wanted.state(Array(all.dropLast(2))), observed)
    #expect(two.actions.map(\.kind) == [.remove, .remove] && two.held.isEmpty)
    let three = plan(Wanted.state(Array(all.dropLast(3))), observed)
    #expect(three.actions.isEmpty && three.held.count == 3)
    #expect(three.held[0].reason.contains("3 of 10") && three.held[0].reason.contains("at most 2"))
    #expect(plan(Wanted.state([]), observed, massDelete: true).actions.count == 10)
    // One may go where another stays; the last one is not taken away by a slip.
    let one = plan(Wanted.state([all[1]]), ["model-0": seen(all[0]), "model-1": seen(all[1])])
    #expect(one.actions.map(\.kind) == [.remove])
    #expect(plan(Wanted.state([]), ["model-0": seen(all[0])]).held.count == 1)
  }

  @Test("where a place is not seen, nothing is led to it or by it, and nothing is taken away") func unseen() {
    let endpoints = [Targets.Endpoint(name: "front", adapter: .nginx), .init(name: "server", adapter: .openInference)]
    let old = Wanted.deployment("churn")
    let gone = Wanted.deployment("gone")
    let new = Wanted.deployment("churn", "v2.0.0")
    func kinds(_ unseen: Set<String>, _ desired: DesiredDeployment = new) -> [String] {
      var there = ["churn": seen(old), "gone": seen(gone)]
      there["churn"]?.versions["v0.9.0"] = .init(identity: "x", isReady: true)
      var observed = ["front": there.mapValues { ObservedDeployment(routes: $0.routes) }, "server": there]
      for name in unseen { observed[name] = nil }
      return Planner(
        desired: Wanted.state([desired]), endpoints: endpoints, observed: observed, unseen: unseen,
        record: ReconcileRecord(environment: "production"), now: 1000, allowsMassDelete: false
      ).plan().actions.map { "\($0.kind.rawValue) \($0.endpoint)" }
    }
    #expect(
      kinds([]) == [
        "deploy server", "await server", "route server", "route front", "retire server",
        "remove front", "remove server",
      ])
    #expect(kinds(["front"]) == ["deploy server", "await server", "route server"])
    #expect(kinds(["server"]).isEmpty)
  }

  @Test("old versions that cannot go are no failure of the new one") func oldOnes() {
    let churn = Wanted.deployment("churn", "v2.0.0")
    var record = ReconcileRecord(environment: "production")
    record.deployments["churn"] = .init(
      goal: Planner.goal(churn), status: "failed", version: "v2.0.0", since: 1, failures: 3)
    let there = seen(
      churn, ["v1.0.0": .init(identity: "x", isReady: true), "v0.9.0": .init(identity: "x", isReady: true)])
    let made = plan(Wanted.state([churn]), ["churn": there], record: record)
    #expect(made.held.isEmpty && made.actions.map(\.kind) == [.retire])
  }

  @Test("what failed before goes last") func last() {
    var record = ReconcileRecord(environment: "production")
    let all = ["a", "b"].map { Wanted.deployment($0) }
    record.deployments["a"] = .init(
      goal: Planner.goal(all[0]), status: "progressing", version: "v1.0.0", since: 1, failures: 1)
    #expect(plan(Wanted.state(all), [:], record: record).deployments.map(\.name) == ["b", "a"])
  }

  @Test("a goal that failed waits, is left alone after three times, and another goal begins anew") func failures() {
    let churn = Wanted.deployment("churn", "v2.0.0")
    var record = ReconcileRecord(environment: "production")
    record.deployments["churn"] = .init(
      goal: Planner.goal(churn), status: "progressing", version: "v2.0.0", since: 1, failures: 1, nextTry: 1010,
      error: "no disk")
    #expect(plan(Wanted.state([churn]), [:], record: record).held[0].reason == "try 2 of 3 in 10 s: no disk")
    #expect(plan(Wanted.state([churn]), [:], record: record, now: 1010).actions.count == 3)
    // A clock that was set back by a day holds nothing.
    #expect(plan(Wanted.state([churn]), [:], record: record, now: 1010 - 86_400).actions.count == 3)
    record.deployments["churn"]?.failures = 3
    let held = plan(Wanted.state([churn]), [:], record: record, now: 9_999_999).held
    #expect(
      held[0].isFailure
        && held[0].reason.contains(
          "failed 3 times and is left alone until it changes, or `mlops-reconciler retry churn`: no disk")
    )
    let next = Wanted.deployment("churn", "v2.0.1")
    #expect(plan(Wanted.state([next]), [:], record: record).actions.count == 3)
  }

  @Test("an endpoint takes the deployments that its patterns name") func patterns() {
    var some = Targets.Endpoint(name: "gpu", adapter: .directory)
    some.deployments = ["vision-*", "churn"]
    #expect(["vision-a", "churn", "vision-"].allSatisfy { Targets.takes(some, $0) })
    #expect(!["vision", "churn-2", "x"].contains { Targets.takes(some, $0) })
    some.deployments = ["*"]
    #expect(Targets.takes(some, "anything"))
  }

  @Test("the plan tells people and programs the same") func words() {
    let made = plan(
      Wanted.state([Wanted.deployment("churn", "v2.0.0", routes: [("v2.0.0", 90), ("v3.0.0", 10)])]), [:])
    #expect(made.lines[1] == "deploy: churn v2.0.0 at disk (it is not there)")
    #expect(made.json.text.contains("{\"action\": \"deploy\", \"deployment\": \"churn\", \"version\": \"v3.0.0\""))
  }
}
