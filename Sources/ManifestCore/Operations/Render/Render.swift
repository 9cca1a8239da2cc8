import GitObjects

/// `mlops-hook render`: what should run in an environment, as files for another operator.
public struct Render {
  /// For whom it is rendered.
  public enum Format: String, Sendable, CaseIterable {
    /// KServe's InferenceService, and the Gateway API's HTTPRoute.
    case kserve
  }

  /// What is asked.
  public struct Request: Sendable {
    /// The environment.
    public var environment = ""
    /// The commit that is rendered; nil: the tip of the ref.
    public var commit: String?
    /// The model format of versions that name none themselves.
    public var modelFormat: String?
    /// The gateway that routes hang on.
    public var gateway: String?
    /// The gateway's namespace.
    public var gatewayNamespace: String?
    /// What host names of routes end in.
    public var domain: String?
    /// The branch that the files are committed to; nil: they are only told.
    public var target: String?
    /// Whether the commit is pushed.
    public var pushes = false
    /// The repository, and the ref that is read.
    public var clone = CloneOptions()

    /// Creates a request.
    public init() {}
  }

  /// What came of it.
  public struct Answer: Sendable {
    /// The documents, where no commit was asked for.
    public var text = ""
    /// What has to be said of how they were made.
    public var notes: [String] = []
    /// What was done, where a commit was asked for.
    public var report = WorkflowReport()
  }

  let request: Request
  let past: PastLine
  let judge: JudgeContext
  let context: HookContext
  let commit: ObjectID

  /// Renders.
  public static func run(_ request: Request, context: HookContext) throws -> Answer {
    try check(request)
    let path = request.clone.path
    let isBare = try? Repository.open(at: path, search: true).isBare
    if request.pushes, isBare == true {
      throw LocalCheck.CannotSay(
        "a bare repository has nobody to push to", fix: "leave `--push` out: the branch is moved here, or use a clone")
    }
    if request.pushes { try Workbench.fetch(path: path, context: context) }
    let past = try PastLine.open(path: path, ref: request.clone.ref, isFresh: request.pushes, context: context)
    let check = try LocalCheck(path: path, policy: request.clone.policy, context: context)
    let judge = try check.judgeContext(past.store, past.refs, hasPushBoundaries: false, asksApprovals: false)
    let commit = try request.commit.map { try Self.commit($0, past) } ?? past.tip
    return try Render(request: request, past: past, judge: judge, context: context, commit: commit).answer()
  }

  private func answer() throws -> Answer {
    let state = try read()
    let options = KServeRender.Options(
      modelFormat: request.modelFormat, gateway: request.gateway, gatewayNamespace: request.gatewayNamespace,
      domain: request.domain)
    let files = try KServeRender(options: options).files(of: state)
    var answer = Answer()
    answer.notes = past.notes
    if let target = request.target {
      let committer = try RenderCommit(render: self, target: bytes(target))
      answer.report = try committer.commit(files + [KServeRender.list(files)])
    } else {
      answer.text = files.flatMap(\.documents).map(\.document).joined(separator: "---\n")
    }
    return answer
  }

  /// What stands in the environment.
  ///
  /// One that is not there is refused: a misspelt name must not empty a branch.
  private func read() throws -> DesiredState {
    let root = try past.store.links(commit).tree
    let environments = try judge.snapshot(root).environments()
    guard environments.contains(bytes(request.environment)) else {
      let names = environments.map(Text.show)
      let near = Suggestion.nearest(to: request.environment, among: names)
      throw Refused(
        "there is no environment `\(Text.cut(request.environment))` at \(commit.short)",
        fix: near.map { "did you mean `\($0)`?" }
          ?? (names.isEmpty ? "nothing is deployed there yet" : "name one of \(Text.list(names, "or"))"))
    }
    return try DesiredReader(context: judge, root: root).read(request.environment, at: commit)
  }

  private static func commit(_ name: String, _ past: PastLine) throws -> ObjectID {
    do {
      return try past.repository.commit(named: name)
    } catch {
      throw LocalCheck.CannotSay(
        "`\(Text.cut(name))` names no commit here", fix: "name one that `git log` shows: `--at COMMIT`")
    }
  }

  /// Refuses names that could not stand in what is written.
  private static func check(_ request: Request) throws {
    func refuse(_ option: String, _ value: String, _ problem: ValueProblem) -> LocalCheck.CannotSay {
      LocalCheck.CannotSay("`\(option) \(Text.cut(value))`: \(problem.message)", fix: problem.fix)
    }
    for (option, value) in [("--gateway", request.gateway), ("--domain", request.domain)] {
      guard let value else { continue }
      for label in value.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
        if let problem = DNSLabel.problem(in: String(decoding: label, as: UTF8.self)) {
          throw refuse(option, value, problem)
        }
      }
    }
    if let value = request.gatewayNamespace, let problem = DNSLabel.problem(in: value) {
      throw refuse("--gateway-namespace", value, problem)
    }
    if let format = request.modelFormat, !ModelFormat.isName(format) {
      throw LocalCheck.CannotSay(
        "`--model-format \(Text.cut(format))` is no name of a format",
        fix: "write one that KServe knows, such as `sklearn` or `onnx`")
    }
    if request.pushes, request.target == nil {
      throw LocalCheck.CannotSay(
        "`--push` has nothing to push", fix: "name the branch too: `--commit-to refs/heads/rendered/E`")
    }
  }
}
