@testable import ManifestCore
@testable import YAMLTree

/// Policies and directories: a byte 0xFF, which no YAML holds, stands between the two files.
enum PoliciesTarget {
  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    let parts = input.split(separator: 0xFF, maxSplits: 1, omittingEmptySubsequences: false).map { Array($0) }
    let approvers = parts.count > 1 ? parts[1] : nil
    let origin = input.count % 4 == 3 ? PolicyOrigin.host : .repository
    let head = bytes("refs/heads/main")
    let files = PolicyFiles.read(policy: parts[0], approvers: approvers, origin: origin, headBranch: head)
    for (file, text) in [(PolicyFiles.policyName, parts[0]), (PolicyFiles.approversName, approvers ?? [])] {
      let problems = (files.problems + files.warnings).filter { $0.file == file }.map(\.problem)
      try Shown.check(problems, in: text)
    }
    guard files.problems.isEmpty else { return }
    guard let policy = files.policy else { throw BrokenPromise(description: "no policy, and no problem") }
    try check(policy, files.directory, origin)
  }

  /// A policy that is accepted can be kept by somebody.
  private static func check(_ policy: Policy, _ directory: Directory?, _ origin: PolicyOrigin) throws(BrokenPromise) {
    let head = bytes("refs/heads/main")
    if origin == .repository {
      try promise(directory != nil, "a repository's policy without people")
      try promise(!policy.policyApprovers.isEmpty, "nobody guards the policy")
      try promise(policy.protectedRefs?.contains { $0.matches(head) } ?? true, "the branch of HEAD is not protected")
    }
    try promise(!policy.approvals.signed || policy.repository != nil, "signatures for every repository")
    try promise(!policy.approvals.trailers.isEmpty, "no trailer approves")
    try promise(policy.approvals.maximumValidity > 0 && policy.models.lfsOver >= 0, "odd numbers")
    for (name, environment) in policy.environments {
      try promise(DNSLabel.problem(in: name) == nil, "the environment \(name)")
      try promise((environment.minimum ?? 0) >= 0 && environment.rollbackDepth >= 1, "odd numbers")
      if let from = environment.promoteFrom {
        try promise(policy.environments[from] != nil && from != name, "promoted from nowhere")
      }
      for freeze in environment.freezes {
        try promise(freeze.from < freeze.until, "a freeze that ends before it begins")
      }
    }
    guard let directory else { return }
    for role in policy.policyApprovers + policy.environments.values.flatMap(\.approvers) {
      try promise(directory.roles[role] != nil, "the role \(role) is nobody's")
      let able = directory.members(of: role).contains(where: policy.approvals.canCount)
      try promise(able, "nobody can fill the role \(role)")
    }
    var owners: [SSHPublicKey: String] = [:]
    for person in directory.people.values {
      try promise(PolicyReader.isEmail(person.email), "the address \(person.email)")
      try promise(directory.person(email: person.email.utf8)?.email == person.email, "\(person.email) is another's")
      for key in person.publicKeys {
        try promise(owners.updateValue(person.email, forKey: key) ?? person.email == person.email, "one key of two")
      }
    }
  }
}
