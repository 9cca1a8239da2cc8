import GitObjects

/// `mlops-hook register`: writes a version's evidence from what its evaluation left behind.
public struct Register {
  /// What is to be registered.
  public struct Request: Sendable {
    /// The model.
    public var name: String
    /// Its version.
    public var version: String
    /// Files and folders of metrics.
    public var metricPaths: [String] = []
    /// Metrics as `NAME=VALUE`.
    public var metrics: [String] = []
    /// Files that belong to the version.
    public var artifacts: [String] = []
    /// Whether the evidence tells of a passed shadow test.
    public var isShadowTested = false
    /// Whether a commit is made.
    public var commits = false
    /// Whether the branch is pushed with it.
    public var pushes = false

    /// Creates a request.
    public init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  private let context: HookContext
  private let repository: Repository
  private let root: String

  /// Opens the clone that contains `path`.
  public init(path: String, context: HookContext) throws {
    self.context = context
    do { repository = try Repository.open(at: path, search: true) } catch {
      throw LocalCheck.CannotSay(
        "this is no git repository", fix: "run it inside of a clone, or make one: `mlops-hook init`")
    }
    guard let folder = repository.workTree else {
      throw LocalCheck.CannotSay("a bare repository has no files to add to", fix: "run it inside of a clone")
    }
    root = String(
      decoding: folder.utf8.last == UInt8(ascii: "/") ? folder.utf8.dropLast() : folder.utf8[...], as: UTF8.self)
  }

  /// Registers, and gives the lines to be shown.
  ///
  /// What should be known before something is pushed is handed to `tell` then, and not given again.
  public func run(_ request: Request, tell: ([String]) -> Void) throws -> [String] {
    if let problem = ModelName.problem(in: request.name) ?? SemanticVersion.problem(in: request.version) {
      throw LocalCheck.CannotSay(problem.message, fix: problem.fix)
    }
    let folder = VersionFolder(root: root, name: request.name, version: request.version)
    try refuseKnown(folder)
    let branch = request.commits ? try branchToCommitTo() : nil
    let metrics = try collect(request)
    let artifacts = try artifacts(request)
    let target = request.pushes ? try branch.map { try pushTarget($0, folder) } : nil
    let advice = try advice(request, metrics)
    var lines: [String] = []
    var written: [(file: ArtifactFile, content: ArtifactFile.Content)] = []
    try folder.write(artifacts) { contents in
      written = contents
      for (artifact, content) in contents {
        let kind = artifact.pointer == nil ? "" : ", a git-lfs pointer: its content is what counts"
        lines.append(
          "  \(artifact.name) (\(Text.count(Int(content.size), "byte")), sha256 \(content.sha256.prefix(12))…\(kind))")
      }
      return try Self.evidence(request, metrics, contents)
    }
    let summary =
      "made: \(folder.path)/metadata.json with \(Text.count(metrics.count, "metric"))"
      + (artifacts.isEmpty ? "" : " and \(Text.count(artifacts.count, "artifact"))")
    let attributes = ArtifactAttributes(context: context, root: root, folder: folder.path)
    lines = [summary] + lines + (try attributes.warnings(written)) + advice
    guard request.commits else { return lines + (try next(folder)) }
    lines.append(try commit(folder))
    guard let target else { return lines + ["next: `git push`", propose(folder)] }
    tell(lines)
    guard try target.push() else {
      throw Refused(
        "the version is committed here, and `git push` failed, for the reason above",
        fix: "mend that, then: `git pull --rebase` where others pushed meanwhile, and `git push`")
    }
    return ["made: the commit stands on `\(Text.cut(target.shown))` of `\(Text.cut(target.remote))`", propose(folder)]
  }

  // MARK: What is there

  /// Published evidence never changes, wherever it was published.
  private func refuseKnown(_ folder: VersionFolder) throws {
    var places = folder.isRegistered ? ["in the work tree"] : []
    let store = ObjectStore(repository: repository, budget: Budget(seconds: 600))
    let path = [bytes("models"), bytes(folder.name), bytes(folder.version), VersionEvidence.fileName]
    func holds(_ commit: ObjectID) throws -> Bool {
      var tree = try store.tree(store.links(commit).tree)
      for name in path.dropLast() {
        guard let entry = tree.entry(named: name), entry.mode == .folder else { return false }
        tree = try store.tree(entry.id)
      }
      return tree.entry(named: VersionEvidence.fileName) != nil
    }
    if let head = try? repository.commit(named: "HEAD"), try holds(head) { places.append("at `HEAD`") }
    for remote in try remotes() {
      let refs = try RemoteView(repository: repository, remote: remote).hostRefs(pushing: bytes("refs/heads/main")).refs
      guard let branch = refs.headBranch, let tip = refs.branches[branch], try holds(tip) else { continue }
      places.append("on `\(remote)`'s `\(Text.show(branch.dropFirst("refs/heads/".utf8.count)))`")
    }
    guard !places.isEmpty else { return }
    throw Refused(
      "`\(folder.path)` is registered already: its evidence stands \(places.joined(separator: ", "))",
      fix: "evidence never changes once it is published: register the next version")
  }

  private func remotes() throws -> [String] {
    let files = HostSettings.files(context, gitDirectory: repository.commonDirectory)
    return try Configuration(files: files).entries(matching: "^remote\\..*\\.url$").map {
      String($0.name.dropFirst(7).dropLast(4))
    }
  }

  // MARK: What is written

  private func collect(_ request: Request) throws -> [MetricCollector.Metric] {
    var collector = MetricCollector()
    for path in request.metricPaths { collector.add(path: path) }
    for text in request.metrics { collector.add(argument: text) }
    guard collector.problems.isEmpty else { throw Refused(collector.problems) }
    guard !collector.metrics.isEmpty else {
      throw LocalCheck.CannotSay(
        "there are no metrics to register", fix: "name them: `--metrics FILE`, or `--metric accuracy=0.93`")
    }
    return collector.metrics
  }

  private func artifacts(_ request: Request) throws -> [ArtifactFile] {
    let files = try request.artifacts.map { try ArtifactFile($0) }
    for (index, file) in files.enumerated() where files[..<index].contains(where: { $0.name == file.name }) {
      throw Refused("two artifacts are called `\(file.name)`", fix: "rename one: they stand in one folder")
    }
    return files
  }

  private static func evidence(
    _ request: Request, _ metrics: [MetricCollector.Metric],
    _ artifacts: [(file: ArtifactFile, content: ArtifactFile.Content)]
  ) throws -> [UInt8] {
    var pairs: [(String, JSONValue)] = [
      ("name", .string(request.name)), ("version", .string(request.version)),
      ("metrics", .object(metrics.map { ($0.name, $0.value) })),
    ]
    if request.isShadowTested { pairs.append(("shadow_test", .object([("passed", .bool(true))]))) }
    if !artifacts.isEmpty {
      let items = artifacts.map { artifact, content in
        JSONValue.object([
          ("path", .string(artifact.name)), ("sha256", .string(content.sha256)),
          ("size", .decimal(String(content.size))),
        ])
      }
      pairs.append(("artifacts", .array(items)))
    }
    let text = bytes(JSONValue.object(pairs).page)
    // The gate's own reader has the last word, before anything stands in its place.
    let read = text.withUnsafeBytes { Evidence.read($0) }
    let reasons = read.problems.map { Refused.Reason($0.message, fix: $0.fix ?? "leave it out") }
    if !reasons.isEmpty { throw Refused(reasons) }
    guard read.metrics.count == metrics.count, read.artifacts.count == artifacts.count else {
      throw Refused("the evidence does not read back as it was written", fix: "tell the makers of mlops-hook")
    }
    return text
  }

  // MARK: What comes next

  private func branchToCommitTo() throws -> [UInt8] {
    guard case .symbolic(let branch) = try repository.reference(bytes("HEAD")) else {
      throw LocalCheck.CannotSay("`HEAD` is detached", fix: "switch to a branch, or leave `--commit` out")
    }
    return branch
  }

  /// Where the commit is pushed to, asked for what is new before anything is made.
  private func pushTarget(_ branch: [UInt8], _ folder: VersionFolder) throws -> PushTarget {
    let configuration = try Configuration(
      files: HostSettings.files(context, gitDirectory: repository.commonDirectory))
    let target = try PushTarget(of: branch, configuration, GitProgram(in: root, context: context))
    try target.refuseWhereBehind()
    try refuseKnown(folder)
    return target
  }

  /// What should be thought of before this evidence is published.
  private func advice(_ request: Request, _ metrics: [MetricCollector.Metric]) throws -> [String] {
    let measured = Dictionary(metrics.map { ($0.name, $0.measurement) }) { first, _ in first }
    let evidence = Evidence(
      metrics: measured, shadowTestPassed: request.isShadowTested ? true : nil, problems: [])
    // Where the gate cannot be asked here, it will be on the server: a version can be registered all the same.
    guard let check = try? LocalCheck(path: root, policy: nil, context: context),
      let asked = try AskedOfVersion(model: request.name, evidence: evidence, in: check)
    else { return [] }
    let note = try asked.newModelNote(among: SafeFiles.names(in: root + "/models").filter { $0.utf8.first != 0x2e })
    return (note.map { [$0] } ?? []) + (try asked.warnings())
  }

  /// Commits the folder alone; what else is staged stays staged.
  private func commit(_ folder: VersionFolder) throws -> String {
    let git = try GitProgram(in: root, context: context)
    let place = ":(literal)" + folder.path
    let added = try git.run(["add", "--force", "--", place])
    let message = "Register \(folder.name) \(folder.version)"
    let made =
      added.isSuccess ? try git.run(["commit", "--quiet", "--only", "--message", message, "--", place]) : added
    guard made.isSuccess else {
      _ = try git.run(["rm", "--quiet", "--cached", "-r", "--ignore-unmatch", "--", place])
      throw Refused(
        "the version is registered, but git could not commit it: \(made.complaint)",
        fix: "mend that, then: `git add \(ShellWord.quoted(folder.path))` and `git commit`")
    }
    return "made: the commit `\(message)`"
  }

  private func next(_ folder: VersionFolder) throws -> [String] {
    let files = SafeFiles.names(in: root + "/" + folder.path).map { folder.path + "/" + $0 }
    // Status 0: git is told to pass some of them over.
    let isIgnored = try GitProgram(in: root, context: context).run(["check-ignore", "--"] + files)
      .isSuccess
    let add = "git add \(isIgnored ? "--force " : "")\(ShellWord.quoted(folder.path))"
    return ["next: `\(add)`, commit and push it", propose(folder)]
  }

  private func propose(_ folder: VersionFolder) -> String {
    let name = ShellWord.quoted(folder.name)
    return "next: `mlops-hook propose \(name) --to staging --version \(folder.version)`"
  }
}
