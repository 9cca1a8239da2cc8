import Foundation
import Testing

/// A host behind our hooks with a policy of signed approvals, and the people who work on it.
final class WorkflowScene {
  /// The identity of the repository in signed approvals.
  static let repository = "ml-platform/models"
  /// The environments of the policy where nothing else is said.
  static let environments = "production: {rollback: {approvals: waived}}\nstaging: {}\ndev: {}"
  /// The manifest in production, at `v1.0.0`.
  static let production = Deployment()
  /// The manifest in staging, at `v1.1.0`.
  static let staging = Deployment(environment: "staging", namespace: "staging", version: "v1.1.0")
  /// The proposal that most tests are about.
  static let branch = "promote/segmentation-v1.1.0-production"

  /// The host.
  let sandbox: GitSandbox
  /// A clone without a work tree, for commits that are made by hand.
  let clone: Clone
  /// The commit that stands on `main`.
  let base: String
  private var known: [String: Teammate] = [:]

  /// Makes the host.
  ///
  /// - Parameters:
  ///   - policy: the whole of `policies/policy.yaml`; nil: no policy and no directory.
  ///   - more: further files of the past, or others in the place of the usual ones; nil takes a file away.
  init(policy: String? = WorkflowScene.policy(), directory: String? = nil, more: [String: String?] = [:]) throws {
    sandbox = try GitSandbox()
    // A verb asks the clock what time it is: its commits have that time.
    sandbox.environment["GIT_AUTHOR_DATE"] = nil
    sandbox.environment["GIT_COMMITTER_DATE"] = nil
    clone = try Clone(sandbox)
    var files = Fixtures.plain(deployment: Self.production)
    files[Self.staging.path] = Self.staging.yaml
    if let policy {
      files["policies/policy.yaml"] = policy
      files["policies/approvers.yaml"] = try directory ?? Self.directory()
    }
    for (path, text) in more { files[path] = text }
    base = try clone.seed(files)
  }

  /// A policy that takes signed approvals only.
  static func policy(_ spec: String = "", environments: String = environments, proof: String = "signed") -> String {
    Fixtures.policy(
      "repository: \(repository)\napprovals: {proof: \(proof)}\n" + spec, environments: environments)
  }

  /// The directory with everybody's key; `more` names further keys of aiko.
  static func directory(more: [String] = []) throws -> String {
    func keys(_ name: String) throws -> String {
      let all = try [SSHKey.of(name).open] + (name == "aiko" ? more : [])
      return "keys: [\(all.map { "\"\($0)\"" }.joined(separator: ", "))]"
    }
    return """
      apiVersion: mlops/v1
      kind: Approvers
      metadata: {name: approvers}
      spec:
        roles:
          ml-opsリード: [aiko@example.com, omar@example.com]
          ビジネスユニットLG: [ken@example.com, mina@example.com]
          policy-admins: [omar@example.com, aiko@example.com]
        people:
          aiko@example.com: {name: Aiko Tanaka, login: aiko, \(try keys("aiko"))}
          omar@example.com: {name: Omar Haddad, \(try keys("omar"))}
          ken@example.com: {name: Ken Sato, login: ken, \(try keys("ken"))}
          mina@example.com: {name: Mina Ito}
          jun@example.com: {name: Jun Mori, login: jun, \(try keys("jun"))}

      """
  }

  /// Who proposes.
  var jun: Teammate { get throws { try teammate("jun", "Jun Mori") } }
  /// Who approves for `ml-opsリード`.
  var aiko: Teammate { get throws { try teammate("aiko", "Aiko Tanaka") } }
  /// Who approves for `ビジネスユニットLG`.
  var ken: Teammate { get throws { try teammate("ken", "Ken Sato") } }

  /// Somebody with a clone and a key of their own; the clone is made when it is first asked for.
  func teammate(_ name: String, _ full: String) throws -> Teammate {
    if let made = known[name] { return made }
    let made = try Teammate(sandbox, name: name, full: full)
    known[name] = made
    return made
  }

  /// What a ref of the host holds.
  func tip(_ ref: String = "refs/heads/main") throws -> String { try sandbox.tip(ref) ?? "" }

  /// The text of a file at the tip of the host's `main`.
  func hostFile(_ path: String) throws -> String? {
    let output = try sandbox.run(["git", "show", "main:\(path)"], in: sandbox.host)
    return output.status == 0 ? output.out : nil
  }

  /// Moves the host's `main` by a commit that the gate does not judge.
  @discardableResult
  func hostCommit(_ message: String, _ changes: Clone.Changes) throws -> String {
    let other = try Clone(sandbox, name: "by-hand-\(UUID().uuidString.prefix(8))")
    let tip = try tip()
    try other.git("fetch", "--quiet", "origin")
    try other.set("main", to: tip)
    let commit = try other.commit(message, changes)
    try sandbox.git(["fetch", "--quiet", other.path, "+refs/heads/main:refs/heads/main"])
    return commit
  }

  /// Takes `v1.1.0` through: proposed, approved twice, promoted.
  func promote(_ version: String = "v1.1.0", _ flags: String...) throws {
    let branch = "promote/segmentation-\(version)-production" + (flags.isEmpty ? "" : "-\(flags[1])")
    expectDone(
      try jun.mlops(["propose", "segmentation", "--to", "production", "--version", version, "--push"] + flags))
    expectDone(try aiko.mlops("approve", branch, "--push"))
    expectDone(try ken.mlops("approve", branch, "--push"))
    expectDone(try jun.mlops("promote", branch, "--push"))
  }
}

/// Expects that a verb did what it was asked.
func expectDone(_ output: Output, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(output.status == 0, "\(output.out)\(output.err)", sourceLocation: sourceLocation)
  for word in words {
    #expect(
      (output.out + output.err).contains(word), "no `\(word)`: \(output.out)\(output.err)",
      sourceLocation: sourceLocation)
  }
}

/// Expects that a verb refused with these words, in the form of all our messages.
func expectNotDone(
  _ output: Output, status: Int32 = 1, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  let said = output.out + output.err
  #expect(output.status == status, "status \(output.status): \(said)", sourceLocation: sourceLocation)
  for word in words { #expect(said.contains(word), "no `\(word)`: \(said)", sourceLocation: sourceLocation) }
  let lines = said.split(separator: "\n")
  #expect(lines.contains { $0.hasPrefix("hint: ") }, "nothing to do next: \(said)", sourceLocation: sourceLocation)
  for line in lines where line.hasPrefix("error: ") || line.hasPrefix("hint: ") {
    #expect(!line.hasSuffix("."), "a full stop: \(line)", sourceLocation: sourceLocation)
    #expect(!line.contains("  ") && !line.hasSuffix(" "), "odd blanks: \(line)", sourceLocation: sourceLocation)
  }
}
