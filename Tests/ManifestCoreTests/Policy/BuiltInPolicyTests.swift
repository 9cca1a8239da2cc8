import Foundation
import Testing

@testable import ManifestCore

@Suite("The policies that are shipped") struct BuiltInPolicyTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
  }

  @Test("the built-in policy is policies/default/policy.yaml, byte for byte") func sameBytes() throws {
    #expect(Array(BuiltInPolicy.text.utf8) == (try Self.bytes("policies/default/policy.yaml")))
  }

  @Test("it reads without a problem, and says what the defaults are") func reads() throws {
    let files = PolicyFiles.read(
      policy: Array(BuiltInPolicy.text.utf8), approvers: nil, origin: .builtIn, headBranch: nil)
    #expect(files.problems.map(\.problem.message) == [])
    let policy = try #require(files.policy)
    let defaults = Policy()
    #expect(policy.approvals.trailers == defaults.approvals.trailers)
    #expect(policy.approvals.exclude == defaults.approvals.exclude)
    #expect(policy.approvals.maximumValidity == defaults.approvals.maximumValidity)
    #expect(policy.approvals.distinct && !policy.approvals.signed && !policy.approvals.refusesUnknownPusher)
    #expect(
      policy.models.immutable && policy.models.lfsOver == defaults.models.lfsOver && policy.models.publishers.isEmpty)
    #expect(policy.protectedRefs == nil && policy.environments.isEmpty && policy.policyApprovers.isEmpty)
  }

  @Test("the strict pack reads without a problem, as a repository's and as a host's policy")
  func strictPack() throws {
    let policy = try Self.bytes("policies/strict/policy.yaml")
    let approvers = try Self.bytes("policies/strict/approvers.yaml")
    for origin in [PolicyOrigin.repository, .host] {
      let files = PolicyFiles.read(
        policy: policy, approvers: approvers, origin: origin, headBranch: Array("refs/heads/main".utf8))
      #expect(files.problems.map { "\($0.file): \($0.problem.message)" } == [])
      #expect(files.policy != nil)
    }
  }

  @Test("the version is the one that VERSION says") func version() throws {
    #expect(String(decoding: try Self.bytes("VERSION"), as: UTF8.self) == Version.current + "\n")
  }
}
