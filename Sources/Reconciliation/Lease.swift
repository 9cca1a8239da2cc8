import Foundation
import ManifestCore

/// The right to change one place, for as long as nobody else took it over.
///
/// Each holder has a higher token than the one before. A change is made under the place's lock, after a look at the token:
/// so a reconciler that slept through its lease cannot write over what its successor did.
package final class Lease: Sendable {
  private struct Content: Codable {
    var holder: String
    var token: Int
    var expires: Int64
    /// For how long it was taken, in seconds; nil where an older reconciler has it.
    var seconds: Int64?
  }

  /// The name of the lease's file in the shared folder.
  static let fileName = ".mlops-lease.json"
  /// The largest number that any reader of JSON keeps whole.
  private static let maximum = 1 << 53
  /// The longest time of a lease: three of the longest intervals, in seconds.
  private static let longest: Int64 = 3 * 86_400

  /// The number that this holder has.
  package let token: Int
  private let folder: String
  private let holder: String
  private let seconds: Int64

  private init(folder: String, holder: String, token: Int, seconds: Int64) {
    self.folder = folder
    self.holder = holder
    self.token = token
    self.seconds = seconds
  }

  /// Takes the lease, or renews it.
  ///
  /// Throws `TargetFailure` where somebody else holds it.
  package static func take(_ folder: String, holder: String, seconds: Int64, now: Int64) throws -> Lease {
    try Disk.makeFolders(folder)
    return try withLock(folder) {
      let known = try read(folder)
      if let known, known.holder != holder {
        let left = known.expires - now
        // A lease ends at most its own time from now: what claims more was written by a clock that has jumped since.
        if left > 0, left <= min(known.seconds ?? seconds, longest) {
          throw TargetFailure(
            "another reconciler holds `\(Text.cut(folder))` for \(left) s more (\(Text.cut(known.holder)))",
            fix: "stop one of the two; a lease that is not renewed ends by itself")
        }
      }
      let token = known.map { $0.holder == holder ? $0.token : $0.token + 1 } ?? 1
      try write(Content(holder: holder, token: token, expires: now + seconds, seconds: seconds), folder)
      return Lease(folder: folder, holder: holder, token: token, seconds: seconds)
    }
  }

  /// Gives the lease back, so that nobody has to wait for its end.
  package func release() {
    try? Self.withLock(folder) {
      guard let known = try Self.read(folder), known.token == token else { return }
      try Self.write(Content(holder: "", token: token, expires: 0), folder)
    }
  }

  /// Makes a change while nobody else can, after a look that the lease is still ours.
  func guarding<Value>(_ body: () async throws -> Value) async throws -> Value {
    let lock = try Self.lock(folder)
    defer { SafeFiles.unlock(lock) }
    guard let known = try Self.read(folder), known.token == token, known.holder == holder else {
      throw TargetFailure(
        "another reconciler took over `\(Text.cut(folder))` meanwhile", fix: "nothing was changed: stop one of the two")
    }
    return try await body()
  }

  private static func lock(_ folder: String) throws -> Int32 {
    guard let lock = SafeFiles.lock(folder + "/.mlops-lease.lock", waiting: 1500) else {
      throw TargetFailure(
        "`\(Text.cut(folder))` has been locked by another process for 30 seconds",
        fix: "see what changes it: `fuser \(ShellWord.quoted(folder))/.mlops-lease.lock`")
    }
    return lock
  }

  private static func withLock<Value>(_ folder: String, _ body: () throws -> Value) throws -> Value {
    let lock = try lock(folder)
    defer { SafeFiles.unlock(lock) }
    return try body()
  }

  private static func read(_ folder: String) throws -> Content? {
    guard case .content(let content) = SafeFiles.read(folder + "/" + fileName, maximum: 65_536) else { return nil }
    // What cannot be read is no lease: the next token has to be one that nobody had, so the clock gives it.
    guard let known = try? JSONDecoder().decode(Content.self, from: Data(content)),
      (0...maximum).contains(known.token), (0...Int64(maximum)).contains(known.expires)
    else { return Content(holder: "", token: Int(Date().timeIntervalSince1970), expires: 0) }
    return known
  }

  private static func write(_ content: Content, _ folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try SafeFiles.write(Array(encoder.encode(content)) + [10], folder: folder, name: fileName)
  }
}

/// What guards the changes at one place.
package struct Fence: Sendable {
  let lease: Lease

  /// The number that a place can refuse older ones by.
  package var token: Int { lease.token }

  /// Guards by a lease.
  package init(_ lease: Lease) { self.lease = lease }

  /// Makes a change while nobody else can.
  package func guarding<Value>(_ body: () async throws -> Value) async throws -> Value {
    try await lease.guarding(body)
  }
}
