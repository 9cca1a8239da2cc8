import Foundation
import ManifestCore
import Testing

@testable import Delivery
@testable import Networking

/// Metrics as Prometheus reads them, and where repositories are found.
@Suite struct MetricsTests {
  @Test func textFormat() {
    let registry = MetricsRegistry()
    registry.declare("b_total", .counter, "Things.")
    registry.declare("a", .gauge, "A value.")
    registry.add("b_total", 2, [("sink", "a\"b\\c\nd")])
    registry.add("b_total", 1, [("sink", "a\"b\\c\nd")])
    registry.set("a", 0.5)
    registry.add("undeclared")
    #expect(
      registry.text == """
        # HELP a A value.
        # TYPE a gauge
        a 0.5
        # HELP b_total Things.
        # TYPE b_total counter
        b_total{sink="a\\"b\\\\c\\nd"} 3

        """)
    registry.forget([("sink", "a\"b\\c\nd")])
    #expect(!registry.text.contains("sink="))
  }

  @Test func repositoriesAreFoundButNotBehindLinks() throws {
    let root = NSTemporaryDirectory() + "/mlops-scan-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    func make(_ path: String) throws {
      for folder in ["objects", "refs"] {
        try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
      }
      for file in ["HEAD", "config"] { _ = FileManager.default.createFile(atPath: "\(path)/\(file)", contents: Data()) }
    }
    try make(root + "/scan/a.git")
    try make(root + "/scan/team/b.git")
    try make(root + "/scan/1/2/3/4/5/deep.git")
    try make(root + "/scan/a.git/objects/inner.git")
    try make(root + "/elsewhere/c.git")
    try FileManager.default.createSymbolicLink(
      atPath: root + "/scan/link", withDestinationPath: root + "/elsewhere")
    try FileManager.default.createSymbolicLink(atPath: root + "/scan/loop", withDestinationPath: root + "/scan")
    let finder = RepositoryFinder(
      repositories: [root + "/scan/a.git"], folders: [root + "/scan", root + "/none"], depth: 4)
    #expect(finder.paths() == [root + "/scan/a.git", root + "/scan/team/b.git"])
  }

  @Test func aBellRingsOnceForWhoeverWaits() async {
    let bell = WakeUp()
    bell.ring()
    bell.ring()
    await bell.wait(seconds: 100)
    let start = ContinuousClock.now
    await bell.wait(seconds: 0.05)
    #expect(ContinuousClock.now - start >= .milliseconds(50), "two rings before were one")
    async let waited = bell.wait(seconds: 100)
    try? await Task.sleep(for: .milliseconds(20))
    bell.ring()
    #expect(await waited)
  }

  @Test func aRingIsToldFromTheEndOfTheTime() async {
    let bell = WakeUp()
    #expect(await !bell.wait(seconds: 0.01))
    bell.ring()
    #expect(await bell.wait(seconds: 0.01))
    #expect(await !bell.wait(seconds: 0))
    // However near to the end it rings, the ring is told now or kept for the next wait.
    for index in 0..<100 {
      async let waited = bell.wait(seconds: 0.002)
      try? await Task.sleep(for: .microseconds(1000 + 20 * index))
      bell.ring()
      var told = await waited
      if !told { told = await bell.wait(seconds: 0.002) }
      #expect(told)
    }
  }
}
