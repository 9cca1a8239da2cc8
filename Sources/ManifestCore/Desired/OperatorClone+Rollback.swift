import GitObjects

extension OperatorClone {
  /// How a rollback ended that nobody asked for by hand.
  package enum RollbackEnd: Sendable, Equatable {
    /// The commit stands on the branch.
    case pushed(String)
    /// The policy wants approvals: a proposal waits on this branch.
    case proposed(String)
    /// It was not made, and why.
    case refused(String)
  }

  /// Takes a deployment back by a commit through the gate, under the identity that git has here.
  ///
  /// What `mlops-hook rollback --push` does; a proposal where the policy does not waive its approvals.
  package func rollBack(
    _ name: String, in environment: String, of ref: String, reason: String, trailers: [(key: String, value: String)]
  ) throws -> RollbackEnd {
    var request = Rollback.Request()
    request.name = name
    request.environment = environment
    request.reason = reason
    request.trailers = trailers
    request.pushes = true
    request.clone.path = folder
    request.clone.ref = ref
    request.clone.policy = policy
    do {
      var now = context
      now.now = HookContext.live().now
      let report = try Rollback.run(request, context: now)
      let words = report.lines.filter { !$0.utf8.starts(with: "hint:".utf8) && !$0.utf8.starts(with: "note:".utf8) }
      if let line = words.first(where: { $0.utf8.starts(with: "branch: ".utf8) }) {
        guard report.status == 0 else { return .refused(words.last ?? "the proposal could not be pushed") }
        let branch = line.utf8.dropFirst("branch: ".utf8.count).prefix { $0 != 0x20 }
        return .proposed(String(decoding: branch, as: UTF8.self))
      }
      guard report.status == 0 else {
        return .refused(report.verdict?.errors.first?.message ?? words.last ?? "it was not taken")
      }
      return .pushed(words.last ?? "")
    } catch let refused as Refused {
      return .refused(refused.reasons.first?.message ?? "it was refused")
    }
  }

  /// The commit that took a version of a deployment back by itself; nil where there is none.
  ///
  /// Git alone knows that for good. It has to have changed the manifest, so that the gate has judged it, and to have taken
  /// the version away, whatever it calls itself.
  package func rollback(
    of version: String, _ deployment: DesiredDeployment, in environment: String, at commit: String, of ref: String
  ) throws -> String? {
    let subject = "Rollback: \(deployment.name) \(version) -> "
    let lines = try git.output(
      [
        "log", "--first-parent", "--fixed-strings", "--all-match", "--grep=\(subject)", "--grep=Drift-Score: ",
        "--format=%H%x00%P%x00%s%x00%(trailers:key=To,valueonly,separator=%x2C)%x00%(trailers:key=Drift-Score,valueonly,separator=%x2C)",
        commit, "--", ":(literal)\(deployment.path)",
      ], fix: "see that git runs here")
    for line in lines.split(separator: 10) {
      let parts = line.split(separator: 0, omittingEmptySubsequences: false)
      guard parts.count == 5, parts[2].starts(with: bytes(subject)), Text.show(parts[3]) == environment,
        !parts[4].isEmpty, let id = ObjectID(hex: parts[0]),
        let parent = ObjectID(hex: parts[1].prefix(ObjectID.hexSize))
      else { continue }
      func stood(at commit: ObjectID) throws -> String? {
        try desired(environment, at: commit, of: ref, part: 0, of: 1).deployments
          .first { $0.name == deployment.name }?.version
      }
      if try stood(at: id) != version, try stood(at: parent) == version { return id.hex }
    }
    return nil
  }

  /// Puts an event into the outbox of every sink that the copy's own configuration names, where `mlops-relay` takes it.
  ///
  /// The same id is written once.
  package func emit(_ event: OperatorEvent) throws {
    let settings = try HostSettings.read(
      Configuration(files: HostSettings.files(context, gitDirectory: folder + "/")), gitDirectory: folder + "/")
    let repository = try Repository.open(at: folder, search: false)
    let source = settings.source ?? shownRemote
    let key = [source, event.type, event.environment, event.name, event.version, event.commit, "\(event.occasion)"]
    let id = try repository.hash(blob: bytes(key.joined(separator: "\n"))).hex
    for sink in settings.sinks.isEmpty ? [Sink.local] : settings.sinks where sink.takes(event.environment) {
      let target = try SafeFiles.makeFolder(folder, [AuditLog.folderName, TriggerEmitter.outboxName, sink.name])
      try SafeFiles.write(bytes(event.json(id: id, source: source).text + "\n"), folder: target, name: id + ".json")
    }
  }
}

extension OperatorClone {
  /// Publishes what was seen to run as `refs/mlops-observed/<environment>` of the remote, so that `mlops-hook status` shows it
  /// beside what is declared.
  ///
  /// A commit without a past, whose tree holds `observed.json` alone.
  package func publish(observed text: String, environment: String, now: Int64) throws {
    let fix = "see that this user may push to `refs/mlops-observed/*` of `\(shownRemote)`"
    func id(_ output: [UInt8]) throws -> String {
      guard let id = ObjectID(hex: output.prefix(ObjectID.hexSize)) else {
        throw LocalCheck.CannotSay("git named no object", fix: fix)
      }
      return id.hex
    }
    let blob = try id(git.output(["hash-object", "-w", "--stdin"], input: bytes(text + "\n"), fix: fix))
    let tree = try id(git.output(["mktree"], input: bytes("100644 blob \(blob)\tobserved.json\n"), fix: fix))
    let person = bytes("mlops-reconciler")
    let email = bytes("mlops-reconciler@localhost")
    let date = bytes("\(now) +0000")
    let identity = [
      "GIT_AUTHOR_NAME": person, "GIT_AUTHOR_EMAIL": email, "GIT_COMMITTER_NAME": person,
      "GIT_COMMITTER_EMAIL": email, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date,
    ]
    let commit = try id(
      git.output(["commit-tree", tree, "-m", "Observed in \(environment)"], environment: identity, fix: fix))
    _ = try git.output(
      ["push", "--quiet", "--", remote, "+\(commit):refs/mlops-observed/\(environment)"],
      environment: ["GIT_TERMINAL_PROMPT": bytes("0")], fix: fix)
  }
}

/// Something that an operator saw, and that somebody should know.
package struct OperatorEvent: Sendable {
  /// The event's type.
  package var type: String
  package var environment: String
  package var name: String
  package var path: String
  package var version: String
  package var ref: String
  package var commit: String
  /// When it was seen, in seconds since 1970.
  package var time: Int64
  /// What tells one occasion from the next.
  package var occasion: Int64
  /// What is to be told besides.
  package var data: [(String, JSONValue)]

  /// An event.
  package init(
    type: String, environment: String, deployment: DesiredDeployment, ref: String, commit: String, time: Int64,
    occasion: Int64, data: [(String, JSONValue)]
  ) {
    self.type = type
    self.environment = environment
    name = deployment.name
    path = deployment.path
    version = deployment.version
    self.ref = ref
    self.commit = commit
    self.time = time
    self.occasion = occasion
    self.data = data
  }

  /// The event in CloudEvents' JSON format; `changes` names the deployment as a trigger does.
  func json(id: String, source: String) -> JSONValue {
    let state = JSONValue.object([("version", .string(version))])
    let change: [(String, JSONValue)] = [
      ("kind", .string("ModelDeployment")), ("environment", .string(environment)), ("name", .string(name)),
      ("path", .string(path)), ("operation", .string("drift")), ("from", state), ("to", state),
      ("commit", .string(commit)), ("approved_by", .array([])),
    ]
    return .object([
      ("specversion", .string("1.0")), ("type", .string(type)), ("id", .string(id)), ("source", .string(source)),
      ("subject", .string("\(environment)/\(name)")), ("time", .string("\(Timestamp(seconds: time))")),
      ("datacontenttype", .string("application/json")),
      (
        "data",
        .object(
          [
            ("ref", .string(ref)), ("before", .string(commit)), ("after", .string(commit)),
            ("changes", .array([.object(change)])),
          ] + data)
      ),
    ])
  }
}
