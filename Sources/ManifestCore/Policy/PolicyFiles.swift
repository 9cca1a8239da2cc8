import YAMLTree

/// A policy with its directory, read and checked together.
struct PolicyFiles: Sendable {
  /// The name of the policy's file.
  static let policyName = "policy.yaml"
  /// The name of the directory's file.
  static let approversName = "approvers.yaml"

  var policy: Policy?
  var directory: Directory?
  /// The directory's roles, where they stand.
  private var roleMarks: [Located<String>] = []
  /// What is wrong, with the file it is wrong in.
  ///
  /// Not empty: the policy cannot be used.
  var problems: [(file: String, problem: SourceProblem)] = []
  /// What is not wrong, and should be known.
  var warnings: [(file: String, problem: SourceProblem)] = []

  /// Reads both files; nil stands for a file that is not there.
  ///
  /// Both nil: there is no policy.
  static func read(policy: [UInt8]?, approvers: [UInt8]?, origin: PolicyOrigin, headBranch: [UInt8]?) -> PolicyFiles {
    var files = PolicyFiles()
    if let approvers {
      let sink = ProblemSink(schema: .policyInvalid, value: .policyInvalid)
      if let node = document(approvers, sink) {
        files.directory = Directory.read(node, sink: sink)
        let roles = node["spec"]?["roles"]?.mapping ?? []
        files.roleMarks = roles.map { Located(value: $0.key, mark: $0.keyMark) }
      }
      files.problems += sink.problems.map { (approversName, $0) }
    }
    guard let policy else {
      if approvers != nil, origin != .builtIn {
        files.complain(
          approversName, nil, "`approvers.yaml` stands without a `policy.yaml`",
          "add `policies/policy.yaml`, or remove it")
      }
      return files
    }
    let sink = ProblemSink(schema: .policyInvalid, value: .policyInvalid)
    if let node = document(policy, sink) {
      let read = PolicyReader(origin: origin, sink: sink).read(node)
      files.policy = read
      files.problems += sink.problems.map { (policyName, $0) }
      files.checkTogether(read, origin, headBranch, node)
    } else {
      files.problems += sink.problems.map { (policyName, $0) }
    }
    return files
  }

  private static func document(_ bytes: [UInt8], _ sink: ProblemSink) -> Node? {
    let stream = bytes.withUnsafeBytes { YAMLReader.read($0) }
    for problem in stream.problems { sink.report(problem, syntax: .policyInvalid) }
    if stream.documents.count > 1 {
      sink.report(
        .policyInvalid, stream.documents[1].mark, field: nil, "a second document in a policy file",
        fix: "keep one document a file")
    }
    return stream.documents.first
  }

  private mutating func complain(_ file: String, _ mark: Mark?, _ message: String, _ fix: String, field: String? = nil)
  {
    problems.append((file, SourceProblem(check: .policyInvalid, mark: mark, field: field, message: message, fix: fix)))
  }

  private mutating func checkTogether(_ policy: Policy, _ origin: PolicyOrigin, _ headBranch: [UInt8]?, _ node: Node) {
    let spec = node["spec"]
    if let headBranch, origin == .repository, let patterns = policy.protectedRefs,
      !patterns.contains(where: { $0.matches(headBranch) })
    {
      complain(
        Self.policyName, spec?["protected_refs"]?.mark,
        "`spec.protected_refs` does not cover `\(Text.show(headBranch))`, the branch of `HEAD`",
        "add `\(Text.show(headBranch))`", field: "spec.protected_refs")
    }
    if let headBranch, policy.protectedRefs == nil {
      for item in spec?["break_glass"]?["refs"]?.sequence ?? [] {
        guard let text = item.scalar?.text, bytes(text) != headBranch else { continue }
        complain(
          Self.policyName, item.mark, "`\(Text.cut(text))` is not protected by this policy",
          "name `\(Text.show(headBranch))`, or protect it by `spec.protected_refs`", field: "spec.break_glass.refs")
      }
    }
    checkPeople()
    guard let directory else {
      if origin == .repository {
        complain(
          Self.policyName, node.mark, "there is no `approvers.yaml` beside this policy", "add `policies/approvers.yaml`"
        )
      } else if origin == .host, !policy.approversFromRepository {
        complain(
          Self.policyName, node.mark, "there is no `approvers.yaml` beside this policy",
          "add it, or say `approvers: repository` in `spec`")
      }
      return
    }
    checkRoles(policy, directory, spec)
  }

  /// Every role of the directory must be one that people can fill.
  private mutating func checkPeople() {
    guard let directory else { return }
    for role in roleMarks {
      let members = directory.members(of: role.value).count
      let field = "spec.roles.\(Text.cut(role.value))"
      if members == 0 {
        complain(
          Self.approversName, role.mark, "nobody can fill the role `\(Text.cut(role.value))`", "list people for it",
          field: field)
      } else if members == 1 {
        warnings.append(
          (
            Self.approversName,
            SourceProblem(
              check: .policyInvalid, mark: role.mark, field: field,
              message:
                "only one person can fill the role `\(Text.cut(role.value))`, who then cannot change anything that needs it",
              fix: "list a second one")
          ))
      }
    }
  }

  private mutating func checkRoles(_ policy: Policy, _ directory: Directory, _ spec: Node?) {
    /// Those whose approvals can count.
    func able(_ role: String) -> [Directory.Person] {
      directory.members(of: role).filter(policy.approvals.canCount)
    }
    func check(_ nodes: [Node], _ field: String, isApproving: Bool = true) {
      for item in nodes {
        guard let role = item.scalar?.text else { continue }
        guard directory.roles[role] != nil else {
          let near = Suggestion.nearest(to: role, among: Array(directory.roles.keys))
          complain(
            Self.policyName, item.mark, "the role `\(Text.cut(role))` is not in `approvers.yaml`",
            near.map { "did you mean `\($0)`?" } ?? "add it to `spec.roles` of `approvers.yaml`", field: field)
          continue
        }
        if isApproving, !directory.members(of: role).isEmpty, able(role).isEmpty {
          complain(
            Self.policyName, item.mark,
            "nobody can fill the role `\(Text.cut(role))`: `proof` is `signed`, and none of its people has a key",
            "add their keys to `people.<e-mail>.keys` of `approvers.yaml`", field: field)
        }
      }
    }
    check(spec?["policy_approvers"]?.sequence ?? [], "spec.policy_approvers")
    check(spec?["break_glass"]?["roles"]?.sequence ?? [], "spec.break_glass.roles", isApproving: false)
    for pair in spec?["environments"]?.mapping ?? [] {
      let field = "spec.environments.\(Text.cut(pair.key)).approvals"
      let approvers = pair.value["approvals"]?["approvers"]?.sequence ?? []
      check(approvers, field + ".approvers")
      guard let environment = policy.environments[pair.key], let minimum = environment.minimum, !approvers.isEmpty
      else { continue }
      let people = Set(environment.approvers.flatMap { able($0).map(\.email) })
      if people.count < minimum {
        complain(
          Self.policyName, pair.value["approvals"]?["minimum"]?.mark,
          "`\(field).minimum` is \(minimum), but the roles have \(Text.count(people.count, "person").replacingPersons)",
          "list more people, or ask for fewer", field: field + ".minimum")
      }
    }
  }
}

extension String {
  /// "2 persons" as people say it.
  fileprivate var replacingPersons: String { self == "1 person" ? self : String(self.prefix { $0 != " " }) + " people" }
}
