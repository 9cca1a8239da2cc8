import GitObjects

/// One policy that judges a ref, with the directories that it and the manifests look people up in.
struct PolicyInForce {
  let origin: PolicyOrigin
  let policy: Policy
  /// Where this policy's own roles are looked up; nil under the built-in default alone.
  let directory: Directory?
  /// Where the roles that manifests name are looked up; nil: an approver's entry counts literally.
  let manifestDirectory: Directory?
  /// The policy file's blob or digest, for the audit.
  let identity: String

  /// Whether the policy is the one that is compiled in.
  var isBuiltIn: Bool { origin == .builtIn }

  /// Whether the policy protects a ref by its own words.
  func protects(_ ref: [UInt8], headBranch: [UInt8]?) -> Bool {
    guard let patterns = policy.protectedRefs else { return ref == headBranch }
    return patterns.contains { $0.matches(ref) }
  }

  /// The policy that is compiled in.
  static func builtIn(manifestDirectory: Directory? = nil) -> PolicyInForce {
    PolicyInForce(
      origin: .builtIn, policy: BuiltInPolicy.policy, directory: nil, manifestDirectory: manifestDirectory,
      identity: "built-in")
  }
}

/// All policies that are in force before a push, and what is wrong with them.
struct PolicySet {
  /// The host's, where there is one.
  var host: PolicyInForce?
  /// The repository's, where there is one that can be read.
  var repository: PolicyInForce?
  /// The branch of `HEAD`.
  var headBranch: [UInt8]?
  /// Why the host's policy cannot be used: every push is refused.
  var hostProblems: [Finding] = []
  /// Why the repository's policy cannot be used: every branch counts as protected.
  var repositoryProblems: [Finding] = []

  /// Every policy that is in force.
  var all: [PolicyInForce] { [host, repository].compactMap { $0 } }

  /// The policies that judge a ref; empty where the ref is not protected.
  func judging(_ ref: [UInt8], isFirstPush: Bool) -> [PolicyInForce] {
    let isHead = ref == headBranch
    let isBranch = ref.starts(with: Array("refs/heads/".utf8))
    let builtIn = PolicyInForce.builtIn(manifestDirectory: repository?.directory ?? host?.directory)
    if !repositoryProblems.isEmpty {
      if isBranch { return [host ?? builtIn] }
      return [host].compactMap { $0 }.filter { $0.protects(ref, headBranch: headBranch) }
    }
    if isFirstPush, isBranch { return [host, builtIn].compactMap { $0 } }
    if all.contains(where: { $0.protects(ref, headBranch: headBranch) }) || (isHead && repository != nil) {
      if isHead, repository == nil, let host, !host.protects(ref, headBranch: headBranch) { return [host, builtIn] }
      return all
    }
    // No policy covers it: the built-in default stands in for `HEAD`'s branch.
    return isHead ? [host, builtIn].compactMap { $0 } : []
  }

  /// The protected branches among those that the host holds.
  func protectedBranches(_ refs: HostRefs) -> [(name: [UInt8], tip: ObjectID)] {
    refs.branches.filter { !judging($0.key, isFirstPush: false).isEmpty }.map { ($0.key, $0.value) }
  }

  /// Who alone may move a reserved ref, by each policy that reserves it; none where none does.
  func reservations(of ref: [UInt8]) -> [(pushers: [String], directory: Directory?)] {
    all.compactMap { policy in
      let matching = policy.policy.reservedRefs.filter { $0.pattern.matches(ref) }
      return matching.isEmpty ? nil : (matching.flatMap(\.pushers), policy.directory)
    }
  }
}

/// The files of a host's policy, read before the judgement by whoever may read files.
public struct HostPolicyFiles: Sendable {
  /// The folder, as it is configured.
  public var path: String
  /// The content of `policy.yaml`; nil where it is not there.
  public var policy: [UInt8]?
  /// The content of `approvers.yaml`; nil where it is not there.
  public var approvers: [UInt8]?
  /// Why it could not be read at all.
  public var failure: String?

  /// Creates the files of a policy.
  public init(path: String, policy: [UInt8]? = nil, approvers: [UInt8]? = nil, failure: String? = nil) {
    self.path = path
    self.policy = policy
    self.approvers = approvers
    self.failure = failure
  }
}

/// Reads the policies that are in force.
struct PolicyLoader {
  let store: ObjectStore

  func load(host: HostPolicyFiles?, refs: HostRefs) throws -> PolicySet {
    var set = PolicySet(headBranch: refs.headBranch)
    var soundDirectory: Directory?
    var repositoryFiles: (files: PolicyFiles, identity: String)?
    if let tip = refs.headTip {
      let tree = try store.links(tip).tree
      let read = try repositoryPolicy(inTree: tree, headBranch: refs.headBranch)
      set.repositoryProblems = read.findings.filter { $0.severity == .error }
      // A sound directory beside a broken policy still says who may mend it, where the host's policy asks it.
      if let files = read.files, !files.problems.contains(where: { $0.file == PolicyFiles.approversName }) {
        soundDirectory = files.directory
      }
      if set.repositoryProblems.isEmpty { repositoryFiles = read.files.map { ($0, read.identity) } }
    }
    let repositoryDirectory = repositoryFiles?.files.policy == nil ? nil : repositoryFiles?.files.directory
    if let host { loadHost(host, repositoryDirectory ?? (set.repositoryProblems.isEmpty ? nil : soundDirectory), &set) }
    if let found = repositoryFiles, let policy = found.files.policy {
      set.repository = PolicyInForce(
        origin: .repository, policy: policy, directory: found.files.directory,
        manifestDirectory: found.files.directory, identity: found.identity)
    }
    return set
  }

  private func loadHost(_ host: HostPolicyFiles, _ repositoryDirectory: Directory?, _ set: inout PolicySet) {
    func refuse(_ file: String?, _ problem: SourceProblem) {
      let path = file.map { host.path + "/" + $0 } ?? host.path
      set.hostProblems.append(problem.finding(at: Place(path: bytes(path)), policy: .host))
    }
    if let failure = host.failure {
      return refuse(
        nil,
        SourceProblem(
          check: .policyInvalid, message: failure, fix: "ask the host's administrator to mend `mlops.policy`"))
    }
    guard host.policy != nil else {
      return refuse(
        nil,
        SourceProblem(
          check: .policyInvalid, message: "the host's policy folder holds no `policy.yaml`",
          fix: "ask the host's administrator to mend `mlops.policy`"))
    }
    let files = PolicyFiles.read(policy: host.policy, approvers: host.approvers, origin: .host, headBranch: nil)
    for (file, problem) in files.problems { refuse(file, problem) }
    guard files.problems.isEmpty, let policy = files.policy else { return }
    let directory = policy.approversFromRepository ? repositoryDirectory : files.directory
    set.host = PolicyInForce(
      origin: .host, policy: policy, directory: directory, manifestDirectory: repositoryDirectory ?? directory,
      identity: host.policy.flatMap { try? store.repository.hash(blob: $0).hex } ?? "host")
  }

  /// What `policies/` of a tree holds; no files where there is no policy.
  func repositoryPolicy(inTree tree: ObjectID, headBranch: [UInt8]?) throws -> (
    files: PolicyFiles?, identity: String, findings: [Finding]
  ) {
    let root = try store.tree(tree)
    guard let folder = root.entry(named: bytes("policies")) else { return (nil, "", []) }
    let path = bytes("policies")
    guard folder.mode == .folder else {
      let finding = Finding(
        .policyInvalid, Place(path: path), "`policies` is \(folder.mode.name), not a folder", fix: "make it a folder",
        policy: .repository)
      return (nil, "", [finding])
    }
    let policies = try store.tree(folder.id)
    var findings: [Finding] = []
    var contents: [[UInt8]?] = []
    var identity = ""
    for name in [PolicyFiles.policyName, PolicyFiles.approversName] {
      guard let entry = policies.entry(named: bytes(name)) else {
        contents.append(nil)
        continue
      }
      let place = Place(path: joined(path, bytes(name)))
      guard entry.mode == .file else {
        findings.append(
          Finding(
            .policyInvalid, place, "it is \(entry.mode.name), not a regular file", fix: "make it a regular file",
            policy: .repository))
        contents.append(nil)
        continue
      }
      let header = try store.header(entry.id)
      guard header.kind == .blob, header.size <= ManifestFile.maximumBytes else {
        findings.append(
          Finding(
            .policyInvalid, place, "the file has \(header.size) bytes, more than \(ManifestFile.maximumBytes)",
            fix: "make it smaller",
            policy: .repository))
        contents.append(nil)
        continue
      }
      if name == PolicyFiles.policyName { identity = entry.id.hex }
      contents.append(try store.blob(entry.id, maximum: ManifestFile.maximumBytes).copy)
    }
    if !findings.isEmpty { return (nil, "", findings) }
    guard contents.contains(where: { $0 != nil }) else { return (nil, "", []) }
    let files = PolicyFiles.read(
      policy: contents[0], approvers: contents[1], origin: .repository, headBranch: headBranch)
    for (file, problem) in files.problems {
      findings.append(problem.finding(at: Place(path: joined(path, bytes(file))), policy: .repository))
    }
    for (file, problem) in files.warnings {
      findings.append(
        problem.finding(at: Place(path: joined(path, bytes(file))), policy: .repository, severity: .warning))
    }
    return (files, identity, findings)
  }
}
