import Foundation
import Testing

@testable import ManifestCore

/// What no example can show: a host that fails.
@Suite struct HostCheckTests {
  private static let promotion = CheckExample.accepted(
    "a promotion",
    """
    -- after/deployments/production/customer-segmentation.yaml (excerpt) --
    spec:
      model:
        version: v2.5.0
    """)

  private struct Pushed {
    var repository: BareRepository
    var lines: String
    var new: String

    init(_ example: CheckExample = HostCheckTests.promotion) throws {
      repository = try BareRepository()
      let tips = try repository.build(try ExamplePush(example))
      new = tips.new
      lines = "\(tips.old) \(tips.new) refs/heads/main\n"
    }

    func judge(seconds: Double? = nil) throws -> Verdict {
      try ExampleJudge.judge(lines, in: repository.path, pusher: "jun", time: 1_790_000_000, seconds: seconds)
    }
  }

  @Test func theSamePushIsAcceptedByAHostThatWorks() throws {
    #expect(try Pushed().judge().isAccepted)
  }

  @Test func timeThatHasRunOutRefuses() throws {
    // The clock is looked at now and then, so it takes a push of some length.
    let step = """
      -- after/deployments/production/customer-segmentation.yaml (excerpt) --
      metadata:
        labels:
          step: "%"
      -- and then --

      """
    let text = (0..<100).map { step.replacingOccurrences(of: "%", with: "\($0)") }.joined()
    let pushed = try Pushed(CheckExample.accepted("many steps", text))
    #expect(try pushed.judge().isAccepted)
    let verdict = try pushed.judge(seconds: 0)
    #expect(verdict.errors.map(\.check) == [.hostTimeout], "\(verdict.findings.map(\.message))")
    #expect(verdict.isUnknown)
  }

  @Test func anObjectThatIsNotThereRefuses() throws {
    let pushed = try Pushed()
    // The packs are unpacked, so that one object can be taken away: the tree of the commit that is pushed.
    let objects = pushed.repository.path + "/objects"
    for name in try FileManager.default.contentsOfDirectory(atPath: objects + "/pack") where name.hasSuffix(".pack") {
      let pack = try Data(contentsOf: URL(fileURLWithPath: objects + "/pack/" + name))
      for other in try FileManager.default.contentsOfDirectory(atPath: objects + "/pack") {
        try FileManager.default.removeItem(atPath: objects + "/pack/" + other)
      }
      try pushed.repository.run(["git", "unpack-objects", "-q"], in: pushed.repository.path, input: pack)
    }
    let commit = objects + "/" + pushed.new.prefix(2) + "/" + pushed.new.dropFirst(2)
    try FileManager.default.removeItem(atPath: commit)
    let verdict = try pushed.judge()
    #expect(verdict.errors.map(\.check) == [.hostInternal], "\(verdict.findings.map(\.message))")
    #expect(verdict.isUnknown)
  }
}
