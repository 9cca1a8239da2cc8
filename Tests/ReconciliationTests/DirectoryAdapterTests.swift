import Foundation
import GitObjects
import Testing

@testable import ManifestCore
@testable import Reconciliation

/// Versions side by side on a real disk.
@Suite("Directory adapter") struct DirectoryAdapterTests {
  private func current(_ place: Place, _ name: String = "churn") -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "\(place.folder)/\(name)/current")
  }

  private func reach(_ place: Place, _ desired: DesiredState) async throws {
    try await place.apply(place.plan(desired), desired)
    let rest = try await place.plan(desired)
    #expect(rest.isEmpty, "\(rest.lines)")
  }

  @Test("versions follow each other; the old one is kept, the one before goes") func versions() async throws {
    let folder = try Folder()
    let place = try Place(folder.path)
    for version in ["v1.0.0", "v1.1.0", "v1.2.0"] {
      try await reach(place, Wanted.state([Wanted.deployment("churn", version)]))
      #expect(current(place) == "versions/\(version)")
      let text = try String(contentsOfFile: "\(folder.path)/churn/current/model.bin", encoding: .utf8)
      #expect(text == "model \(version)")
    }
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/churn/versions")
    #expect(kept.sorted() == ["v1.1.0", "v1.2.0"])
    try await reach(place, Wanted.state([]))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/churn"))
  }

  @Test("a version that does not get well gives way to the one before, and says why") func goesBack() async throws {
    let folder = try Folder()
    var place = try Place(folder.path)
    try await reach(place, Wanted.state([Wanted.deployment("churn")]))
    place.endpoint.health = .command([
      "/bin/sh", "-c", "case $(readlink \(folder.path)/churn/current) in *v2*) echo out of memory >&2; exit 3;; esac",
    ])
    let next = Wanted.state([Wanted.deployment("churn", "v2.0.0")])
    let plan = try await place.plan(next)
    let failure = await #expect(throws: TargetFailure.self) { try await place.apply(plan, next) }
    #expect(failure?.message.contains("out of memory") == true, "\(failure?.message ?? "")")
    #expect(failure?.message.contains("`v1.0.0` is current again") == true, "\(failure?.message ?? "")")
    #expect(current(place) == "versions/v1.0.0")
    #expect(try await place.plan(Wanted.state([Wanted.deployment("churn")])).isEmpty)
  }

  @Test("what a crash has left goes with a later version, and what somebody may be at work on stays") func leftovers()
    async throws
  {
    let folder = try Folder()
    let place = try Place(folder.path)
    try await reach(place, Wanted.state([Wanted.deployment("churn")]))
    for (name, age) in [(".new-v9-old", 7200.0), (".new-v9-young", 0)] {
      let path = folder.path + "/churn/versions/" + name
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      let time = Date(timeIntervalSince1970: 1000 - age)
      try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
    }
    try await reach(place, Wanted.state([Wanted.deployment("churn", "v2.0.0")]))
    let left = SafeFiles.names(in: folder.path + "/churn/versions").filter { $0.hasPrefix(".new-") }
    #expect(left == [".new-v9-young"])
  }

  @Test("a file that is not what was evaluated is never current") func digest() async throws {
    let folder = try Folder()
    let place = try Place(folder.path)
    let churn = Wanted.deployment("churn")
    let failure = await #expect(throws: TargetFailure.self) {
      try await place.adapter.deploy(
        churn.versions[0], of: churn, from: Wanted.source { "v6.6.6" }, Fence(place.lease))
    }
    #expect(failure?.message.contains("and its evidence says") == true)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/churn/versions")
    #expect(left.isEmpty, "\(left)")
  }

  @Test("another content of what is current is told to the server, and taken back where that is not well")
  func exchanged()
    async throws
  {
    let folder = try Folder()
    var place = try Place(folder.path)
    place.endpoint.reload = ["/bin/sh", "-c", "cat \(folder.path)/churn/current/model.bin >> \(folder.path)/told"]
    try await reach(place, Wanted.state([Wanted.deployment("churn")]))
    var churn = Wanted.deployment("churn")
    churn.versions[0].folder = ObjectID(hex: String(repeating: "b", count: 40).utf8)
    churn.versions[0].artifacts = []
    func deploy(_ content: String) async throws {
      let source = ModelSource(registry: .init()) { _, fresh in
        try content.write(toFile: fresh + "/model.bin", atomically: false, encoding: .utf8)
      }
      churn.versions[0].artifacts = [
        .init(path: "model.bin", sha256: SHA256.hex(Array(content.utf8)) ?? "", size: Int64(content.utf8.count))
      ]
      try await place.adapter.deploy(churn.versions[0], of: churn, from: source, Fence(place.lease))
    }
    place.endpoint.health = .command([
      "/bin/sh", "-c",
      "case $(cat \(folder.path)/churn/current/model.bin) in *sick*) echo out of memory >&2; exit 3;; esac",
    ])
    let failure = await #expect(throws: TargetFailure.self) { try await deploy("sick") }
    #expect(failure?.message.contains("; it has the content of before again") == true, "\(failure?.message ?? "")")
    func content() throws -> String {
      try String(contentsOfFile: folder.path + "/churn/current/model.bin", encoding: .utf8)
    }
    #expect(try content() == "model v1.0.0")
    #expect(try await place.plan(Wanted.state([Wanted.deployment("churn")])).isEmpty)
    try await deploy("other")
    #expect(try content() == "other")
    let told = try String(contentsOfFile: folder.path + "/told", encoding: .utf8)
    #expect(told == "model v1.0.0sickmodel v1.0.0other")
    #expect(try await place.plan(Wanted.state([churn])).isEmpty)
  }

  @Test("a removal of which the server was not told is told again") func removal() async throws {
    let folder = try Folder()
    var place = try Place(folder.path)
    let churn = Wanted.state([Wanted.deployment("churn")])
    try await reach(place, churn)
    place.endpoint.reload = ["/bin/sh", "-c", "echo >> \(folder.path)/told; test -e \(folder.path)/up"]
    let none = Wanted.state([])
    await #expect(throws: TargetFailure.self) { try await place.apply(place.plan(none), none) }
    #expect(SafeFiles.kind(folder.path + "/churn/current") == .nothing)
    #expect(try await !place.plan(none).isEmpty)
    try "".write(toFile: folder.path + "/up", atomically: false, encoding: .utf8)
    try await reach(place, none)
    #expect(SafeFiles.kind(folder.path + "/churn") == .nothing)
    #expect(try String(contentsOfFile: folder.path + "/told", encoding: .utf8) == "\n\n")
  }

  @Test("from any state of the disk, the plan reaches what git says, and is then empty", arguments: 0..<60)
  func property(seed: Int) async throws {
    var dice = Dice(UInt64(seed + 1))
    let folder = try Folder()
    let place = try Place(folder.path)
    let names = ["churn", "ranker", "vision-a"]
    func random() -> DesiredState {
      Wanted.state(
        names.filter { _ in Bool.random(using: &dice) }.map { name in
          let version = "v\(Int.random(in: 1...3, using: &dice)).0.0"
          let canary = "v\(Int.random(in: 1...3, using: &dice)).0.0"
          let isSplit = Bool.random(using: &dice) && canary != version
          return Wanted.deployment(name, version, routes: isSplit ? [(version, 90), (canary, 10)] : [])
        })
    }
    let first = random()
    try await place.apply(place.plan(first), first)
    try disturb(folder.path, names, &dice)
    try await reach(place, random())
  }

  /// What crashes, people and other programs do to a disk.
  private func disturb(_ folder: String, _ names: [String], _ dice: inout Dice) throws {
    let files = FileManager.default
    for name in names {
      let own = "\(folder)/\(name)"
      switch Int.random(in: 0..<9, using: &dice) {
      case 0: try? files.removeItem(atPath: own + "/current")
      case 1:
        try? files.removeItem(atPath: own + "/current")
        try? files.createSymbolicLink(atPath: own + "/current", withDestinationPath: "versions/v9.9.9")
      case 2:
        for version in (try? files.contentsOfDirectory(atPath: own + "/versions")) ?? [] {
          try? files.removeItem(atPath: "\(own)/versions/\(version)/.mlops-version.json")
        }
      case 3: try? files.removeItem(atPath: own + "/versions")
      case 4: try? "{".write(toFile: own + "/routing.json", atomically: false, encoding: .utf8)
      case 5:
        if files.fileExists(atPath: own) {
          try "null".write(toFile: own + "/.mlops-pending.json", atomically: false, encoding: .utf8)
        }
      case 6: try? files.createDirectory(atPath: own + "/versions/.new-v1.0.0-x", withIntermediateDirectories: true)
      case 7: try? files.createDirectory(atPath: own + "/versions/v3.0.0", withIntermediateDirectories: true)
      default: break
      }
    }
  }
}
