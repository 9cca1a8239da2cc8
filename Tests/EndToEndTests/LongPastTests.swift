import Foundation
import Testing

/// A line of 10,000 commits, told by `mlops-hook history` and read independently from `git log`.
@Suite("Long past") struct LongPastTests {
  private static let environments = ["production", "staging"]

  /// One change of a deployment's file, as git or the history tells it.
  private struct Change: Hashable, CustomStringConvertible {
    var commit: String
    var path: String
    var description: String { "\(commit.prefix(10)) \(path)" }
  }

  /// Makes the line: promotions, rollbacks, comments, canaries, removals, broken files, merges and other work.
  private func stream(_ dice: Dice, commits: Int) -> [UInt8] {
    var out = "reset refs/heads/main\n\n"
    var standing: Set<String> = []
    let versions = (0..<6).map { "v1.\($0).0" }
    func add(_ path: String, _ text: String) {
      standing.insert(path)
      out += "M 100644 inline \(path)\ndata \(text.utf8.count)\n\(text)\n"
    }
    for mark in 1...commits {
      let isMerge = mark > 3 && dice.chance(3)
      out += "commit refs/heads/main\nmark :\(mark)\ncommitter Dana <dana@example.com> \(1_700_000_000 + mark) +0000\n"
      out += "data 5\nWork\n\n"
      // A merge of what the line has left behind changes nothing by itself.
      if isMerge { out += "from :\(mark - 1)\nmerge :\(mark - 2)\n" }
      if mark == 1 { for version in versions { add(Fixtures.evidencePath(version), Fixtures.evidence(version)) } }
      let environment = dice.pick(Self.environments)
      let own = Deployment(environment: environment, version: dice.pick(versions)).with {
        $0.replicas = "\(dice.below(3) + 1)"
      }
      let routing = "deployments/\(environment)/segmentation-ab.yaml"
      switch dice.below(100) {
      case 0..<10: add(own.path, own.yaml)
      case 10..<12: add(own.path, own.yaml + "# note \(mark)\n")
      case 12..<13: if standing.remove(own.path) != nil { out += "D \(own.path)\n" }
      case 13..<14: add(own.path, "kind: [broken \(mark)\n")
      case 14..<17:
        let weight = dice.below(100)
        add(
          routing,
          Fixtures.routing(routes: [("\(weight)", versions[0], "one"), ("\(100 - weight)", versions[1], "two")]))
      case 17..<18: if standing.remove(routing) != nil { out += "D \(routing)\n" }
      case 18..<40:
        let other = Deployment(name: "other-\(dice.below(40))", environment: environment, version: dice.pick(versions))
        add(other.path, other.yaml)
      default: add("README.md", "\(mark)\n")
      }
      out += "\n"
    }
    return Array(out.utf8)
  }

  /// Every file that a commit of the first-parent line changes, from the newest commit on, as git reads it.
  private func gitLog(_ sandbox: GitSandbox) throws -> [Change] {
    let output = try sandbox.run(
      [
        "git", "log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z", "--no-renames", "--no-abbrev",
        "--format=%x01%H",
      ], in: sandbox.host)
    var found: [Change] = []
    var commit = ""
    var isPath = false
    for token in output.standardOutput.split(separator: 0) {
      let text = String(decoding: token, as: UTF8.self).trimmingCharacters(in: .newlines)
      if isPath {
        found.append(Change(commit: commit, path: text))
        isPath = false
      } else if text.hasPrefix("\u{1}") {
        commit = String(text.dropFirst())
      } else {
        isPath = text.hasPrefix(":")
      }
    }
    return found
  }

  @Test("every change of a deployment and its routing among 10,000 commits is told exactly once, at its commit")
  func exactlyOnce() throws {
    let sandbox = try GitSandbox(hooks: [])
    try sandbox.git(["fast-import", "--quiet", "--force"], input: stream(Dice(seed: 3), commits: 10_000))
    let log = try gitLog(sandbox)
    #expect(try sandbox.git(["rev-list", "--count", "--first-parent", "main"]) == "10000")

    // A routing is its deployment's where that stands before or behind the commit.
    var expected: [Change] = []
    var standing: Set<String> = []
    for change in log.reversed() {
      let folder = change.path.split(separator: "/").dropLast().joined(separator: "/")
      let own = folder + "/segmentation.yaml"
      let stood = standing.contains(own)
      if change.path == own {
        expected.append(change)
        let isThere =
          try sandbox.run(["git", "cat-file", "-e", "\(change.commit):\(own)"], in: sandbox.host).status == 0
        if isThere { standing.insert(own) } else { standing.remove(own) }
      } else if change.path == folder + "/segmentation-ab.yaml", stood {
        expected.append(change)
      }
    }
    #expect(expected.count > 1200 && Set(expected).count == expected.count)

    let asked = try PastAsked(sandbox, ["history", "segmentation"], in: sandbox.host)
    let entries = asked.list("history")
    let told = entries.flatMap { entry in
      Set(
        entry.list("changes").map {
          Change(commit: entry["commit"] as? String ?? "", path: $0["path"] as? String ?? "")
        })
    }
    #expect(told == expected.reversed(), "\(Set(told).symmetricDifference(expected)) \(asked.transcript.suffix(300))")
    #expect(Set(entries.map { "\($0["commit"] ?? "") \($0["environment"] ?? "")" }).count == entries.count)
    let words = Set(entries.compactMap { $0["operation"] as? String })
    #expect(words == ["add", "promote", "rollback", "update", "route", "remove"])

    // The tip agrees with the newest entries that change the version.
    for state in try PastAsked(sandbox, ["status"], in: sandbox.host).list("deployments")
    where state["name"] as? String == "segmentation" {
      let newest = entries.first { $0["environment"] as? String == state["environment"] as? String }
      #expect(newest?.version("to") == state["version"] as? String)
    }
  }
}
