import Foundation
import Testing

@testable import ManifestCore
@testable import Reconciliation

/// Two reconcilers on one place.
@Suite("Lease") struct LeaseTests {
  @Test("a lease of longer intervals than one's own is one, not a clock that jumped") func longer() throws {
    let folder = try Folder()
    _ = try Lease.take(folder.path, holder: "slow", seconds: 1800, now: 1000)
    #expect(throws: TargetFailure.self) { try Lease.take(folder.path, holder: "quick", seconds: 60, now: 1010) }
    #expect(try Lease.take(folder.path, holder: "quick", seconds: 60, now: 2801).token == 2)
  }

  @Test("a second one has to wait for the end, and then has a higher token") func excludes() throws {
    let folder = try Folder()
    let first = try Lease.take(folder.path, holder: "a", seconds: 60, now: 1000)
    let refused = #expect(throws: TargetFailure.self) {
      try Lease.take(folder.path, holder: "b", seconds: 60, now: 1030)
    }
    #expect(refused?.message.contains("holds") == true && refused?.message.contains("30 s more") == true)
    #expect(try Lease.take(folder.path, holder: "a", seconds: 60, now: 1040).token == first.token)
    #expect(try Lease.take(folder.path, holder: "b", seconds: 60, now: 1101).token == first.token + 1)
  }

  @Test("whoever slept through the own lease changes nothing any more") func fenced() async throws {
    let folder = try Folder()
    let slept = try Lease.take(folder.path, holder: "a", seconds: 60, now: 1000)
    _ = try Lease.take(folder.path, holder: "b", seconds: 60, now: 2000)
    nonisolated(unsafe) var changed = false
    let failure = await #expect(throws: TargetFailure.self) { try await Fence(slept).guarding { changed = true } }
    #expect(failure?.message.contains("took over") == true)
    #expect(!changed)
  }

  @Test("a lease given back is free at once, and a clock that jumped does not hold it for ever") func free() throws {
    let folder = try Folder()
    let first = try Lease.take(folder.path, holder: "a", seconds: 60, now: 1000)
    first.release()
    #expect(try Lease.take(folder.path, holder: "b", seconds: 60, now: 1001).token == first.token + 1)
    // Written by a clock that was a year ahead.
    _ = try Lease.take(folder.path, holder: "b", seconds: 60, now: 31_536_000)
    #expect(try Lease.take(folder.path, holder: "c", seconds: 60, now: 1002).token == first.token + 2)
  }

  @Test("a lease that cannot be read is taken with a token that nobody had") func torn() throws {
    let folder = try Folder()
    _ = try Lease.take(folder.path, holder: "a", seconds: 60, now: 1000)
    try "{\"tok".write(toFile: folder.path + "/.mlops-lease.json", atomically: false, encoding: .utf8)
    #expect(try Lease.take(folder.path, holder: "b", seconds: 60, now: 1000).token > 1_700_000_000)
  }
}
