import GitObjects
private import Glibc

/// `mlops-hook init`: makes a model repository, or completes one, without touching what is there.
public struct Init {
  /// What is asked for.
  public struct Request: Sendable {
    /// The folder.
    public var folder: String
    /// The name of the example model.
    public var model = "example-model"
    /// Who approves, as `Name <e-mail>`; nobody: git's own user.
    public var approvers: [String] = []
    /// Files of SSH public keys, in the order of the approvers.
    public var keys: [String] = []
    /// Whether approvals have to be signed.
    public var isSigned = false
    /// The repository's identity in signed approvals.
    public var repository: String?
    /// The empty repository that is to host it; nil: nothing is committed.
    public var remote: String?

    /// Creates a request.
    public init(folder: String) { self.folder = folder }
  }

  let request: Request
  let context: HookContext
  var lines: [String] = []

  /// Makes the repository, and gives the lines to be shown.
  ///
  /// What git and the host say of a push is handed to `complain`.
  public static func run(_ request: Request, context: HookContext, complain: (String) -> Void) throws -> [String] {
    var operation = Init(request: request, context: context)
    try operation.run(complain)
    return operation.lines
  }

  private init(request: Request, context: HookContext) {
    self.request = request
    self.context = context
  }

  private mutating func run(_ complain: (String) -> Void) throws {
    try checkRequest()
    let found = try findRepository()
    let root = request.folder
    let configuration = try Configuration(
      files: HostSettings.files(context, gitDirectory: found?.commonDirectory ?? "/nowhere/"))
    let policy = try policy(branch: branch(of: found), configuration)
    let remote = try checkRemote(found, configuration)
    let new = NewFiles(root: root)
    let files = files(policy, new)
    let obstacles = files.compactMap { new.obstacle(to: $0.path) }
    if let first = obstacles.first { throw Refused(first.message, fix: first.fix) }

    if SafeFiles.kind(root) == .nothing, mkdir(root, 0o777) != 0 { throw Refused.toWrite(root, SafeFiles.lastError) }
    if found == nil {
      let made = try GitProgram(in: root, context: context).run([
        "init", "--quiet", "--initial-branch=main",
      ])
      guard made.isSuccess else {
        throw Refused("git could not make a repository: \(made.complaint)", fix: "mend that")
      }
      lines.append("made: a git repository, on the branch `main`")
    }
    for file in files {
      lines.append(try new.make(file) ? "made: \(file.path)" : "kept: \(file.path), which was there")
    }
    try installPrePush(configuration)
    if let remote { return try publish(files.map(\.path), policy, to: remote, complain: complain) }
    advise(policy, files, hasRemote: try configuration.value("remote.origin.url") != nil)
  }

  // MARK: What is there

  private func checkRequest() throws {
    if let problem = DNSLabel.problem(in: request.model) {
      throw LocalCheck.CannotSay(problem.message, fix: problem.fix)
    }
    if request.isSigned, request.repository?.isEmpty ?? true {
      throw LocalCheck.CannotSay(
        "signed approvals name the repository that they are for",
        fix: "choose its identity, and keep it: `--signed --repository ml-platform/models`")
    }
    if !request.isSigned, request.repository != nil || !request.keys.isEmpty {
      throw LocalCheck.CannotSay("`--repository` and `--key` are for signed approvals", fix: "add `--signed`")
    }
    if let repository = request.repository, !ApproverName.isSound(repository) {
      throw LocalCheck.CannotSay(
        "the repository's identity holds characters that cannot be seen", fix: "leave them out")
    }
    switch SafeFiles.kind(request.folder) {
    case .nothing, .folder: return
    case .link where SafeFiles.isFolder(request.folder): return
    case .file, .link, .other:
      throw LocalCheck.CannotSay("`\(Text.cut(request.folder))` is no folder", fix: "name a folder, or a new one")
    }
  }

  /// The repository whose root the folder is; nil where a new one has to be made.
  private func findRepository() throws -> Repository? {
    let shown = Text.cut(request.folder)
    guard let folder = SafeFiles.canonical(request.folder) ?? SafeFiles.canonical(Self.parent(of: request.folder))
    else {
      throw LocalCheck.CannotSay("the folder above `\(shown)` is not there", fix: "make it, or name another")
    }
    let repository: Repository
    do { repository = try Repository.open(at: folder, search: true) } catch {
      if error.code == .notFound { return nil }
      throw LocalCheck.CannotSay("the repository cannot be opened: \(error.message)", fix: "mend it first")
    }
    guard let root = repository.workTree.flatMap({ SafeFiles.canonical($0) }) else {
      throw LocalCheck.CannotSay(
        "`\(shown)` is a bare repository, or lies in one", fix: "clone it, and run this in the clone")
    }
    guard root == SafeFiles.canonical(request.folder) else {
      throw LocalCheck.CannotSay(
        "`\(shown)` lies inside of the repository `\(Text.cut(root))`, and the gate looks at a repository's root",
        fix: "run `mlops-hook init \(ShellWord.quoted(root))`, or choose a folder outside")
    }
    return repository
  }

  /// The folder above a path.
  private static func parent(of path: String) -> String {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
  }

  /// The branch that is most likely the host's `HEAD`: what the remote said, the one to be begun, `main` or `master`.
  private func branch(of repository: Repository?) throws -> String {
    func short(_ name: [UInt8], _ prefix: String) -> String? {
      name.starts(with: prefix.utf8) ? String(validating: name.dropFirst(prefix.utf8.count), as: UTF8.self) : nil
    }
    guard let repository else { return "main" }
    if case .symbolic(let name) = try repository.reference(bytes("refs/remotes/origin/HEAD")),
      let branch = short(name, "refs/remotes/origin/")
    {
      return branch
    }
    guard case .symbolic(let name) = try repository.reference(bytes("HEAD")), let own = short(name, "refs/heads/")
    else { return "main" }
    if try repository.reference(name) == nil { return own }
    return try ["main", "master"].first { try repository.reference(bytes("refs/heads/" + $0)) != nil } ?? own
  }

  // MARK: What is made

  private func policy(branch: String, _ configuration: Configuration) throws -> InitPolicy {
    var approvers =
      request.approvers.isEmpty
      ? try InitApprovers.fromConfiguration(configuration, keys: request.keys)
      : try InitApprovers.read(request.approvers, keys: request.keys)
    if request.isSigned { try addOwnKey(&approvers) }
    let policy = InitPolicy(
      branch: branch, approvers: approvers, signedAs: request.isSigned ? request.repository : nil)
    if request.isSigned, policy.approvers.allSatisfy({ $0.key == nil }) {
      throw LocalCheck.CannotSay(
        "no key is known, so nobody could sign an approval",
        fix:
          "give each approver's SSH public key behind the name: `--approver 'Aiko <aiko@example.com>' --key FILE.pub`")
    }
    // The gate's own reader has the last word, before anything is made.
    if let problem = policy.problem { throw LocalCheck.CannotSay(problem.message, fix: problem.fix) }
    return policy
  }

  /// Whoever runs this and approves has the key that git signs with, where no other is given.
  private func addOwnKey(_ approvers: inout [InitPolicy.Approver]) throws {
    let folder = SafeFiles.isFolder(request.folder) ? request.folder : "."
    let git = try GitProgram(in: folder, context: context)
    func setting(_ key: String) throws -> String? {
      let result = try git.run(["config", "--get", key])
      return result.isSuccess ? String(validating: result.output.prefix { $0 != 10 }, as: UTF8.self) : nil
    }
    guard let email = try setting("user.email"),
      let own = approvers.firstIndex(where: { Directory.key($0.email.utf8) == Directory.key(email.utf8) }),
      approvers[own].key == nil, let key = try SigningKey.find(setting, context)
    else { return }
    approvers[own].key = InitApprovers.publicKey(key)
  }

  private mutating func files(_ policy: InitPolicy, _ new: NewFiles) -> [NewFiles.File] {
    let name = request.model
    var files = [
      NewFiles.File(path: "README.md", text: InitTemplates.readme(name, signed: policy.signedAs != nil)),
      NewFiles.File(path: ".gitattributes", text: InitTemplates.attributes),
      NewFiles.File(path: DeploymentSchema.path, text: DeploymentSchema.text),
    ]
    // The files of an example and of a policy name one another: they are made together, or not at all.
    let hasPolicy =
      new.holds("policies/\(PolicyFiles.policyName)") || new.holds("policies/\(PolicyFiles.approversName)")
    let hasManifests = new.holds("deployments") || new.holds("models")
    if hasPolicy {
      lines.append("kept: policies/, which was there")
    } else {
      files.append(.init(path: "policies/\(PolicyFiles.policyName)", text: policy.policy))
      files.append(.init(path: "policies/\(PolicyFiles.approversName)", text: policy.directory))
    }
    var empty = ["configs", "workflows", "evaluate/datasets", "evaluate/test_cases"]
    if hasPolicy || hasManifests {
      lines.append("kept: what deploys here; no example is written beside it")
      empty += ["models", "deployments"]
    } else {
      files.append(.init(path: "models/\(name)/v1.0.0/metadata.json", text: InitTemplates.evidence(name)))
      for environment in ["staging", "production"] {
        files.append(
          .init(
            path: "deployments/\(environment)/\(name).yaml",
            text: InitTemplates.deployment(name, environment: environment)))
      }
    }
    empty = empty.filter { !new.holds($0) }
    return files + empty.map { .init(path: $0 + "/.gitkeep", text: "") }
  }

  private mutating func installPrePush(_ configuration: Configuration) throws {
    let folder = try Repository.open(at: request.folder, search: true).commonDirectory
    if let other = try configuration.value("core.hooksPath") {
      lines.append("kept: the hooks of `core.hooksPath`, \(Text.cut(other)): let its pre-push run `mlops-hook check`")
      return
    }
    let hook = NewFiles.File(path: "hooks/pre-push", text: PrePushHook.text, mode: 0o755)
    let isMade = try NewFiles(root: String(folder.dropLast())).make(hook)
    lines.append(
      isMade
        ? "made: the hook pre-push, which asks `mlops-hook check` before a push"
        : "kept: the hook pre-push, which was there: let it run `mlops-hook check --pre-push \"$1\"`")
  }

  // MARK: What comes next

  /// Says who is missing among the approvers.
  mutating func warn(_ policy: InitPolicy) {
    if policy.approvers.count == 1 {
      lines.append(
        "warning: only \(policy.approvers[0].email) can approve, who then cannot change anything that needs approval: add a second person to each role of `policies/approvers.yaml`"
      )
    }
    let keyless = policy.approvers.filter { $0.key == nil }.map(\.email)
    if policy.signedAs != nil, !keyless.isEmpty {
      lines.append(
        "warning: no key of \(Text.list(keyless)) is known, so their approvals do not count yet: give it with `--key FILE.pub`, or add `keys: [\"ssh-ed25519 AAAA…\"]` below `people` in `policies/approvers.yaml`"
      )
    }
  }

  private mutating func advise(_ policy: InitPolicy, _ files: [NewFiles.File], hasRemote: Bool) {
    if !files.contains(where: { $0.path == "policies/\(PolicyFiles.approversName)" }) {
      lines.append("next: `mlops-hook check --worktree`")
      return
    }
    warn(policy)
    let place = request.folder == "." ? "" : "cd \(ShellWord.quoted(request.folder)) && "
    lines.append(
      "next: look at `policies/approvers.yaml` and `policies/policy.yaml`: from the first push on, they rule")
    lines.append("next: \(place)git add --all && git commit --message 'Begin'")
    let remote = hasRemote ? "" : "git remote add origin URL && "
    lines.append("next: \(remote)git push --set-upstream origin \(ShellWord.quoted(policy.branch))")
  }
}
