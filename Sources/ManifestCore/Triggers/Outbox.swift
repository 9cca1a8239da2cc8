private import Glibc

/// The events that wait for one sink, a file each, in the git directory.
package struct Outbox: Sendable {
  /// The largest event that is delivered, in bytes.
  package static let maximumBytes = 64 << 20
  /// Below a sink's folder: what was refused for good.
  static let deadName = "dead"
  private static let reasonEnding = ".reason.json"

  /// What reading an event's file gives.
  package enum Reading {
    /// An event.
    case content([UInt8])
    /// Nothing: somebody else delivered it.
    case notThere
    /// A file that can never be an event, and why.
    case unfit(String)
    /// A disk or system that does not work just now, and why.
    case failed(String)
  }

  /// The sink's folder.
  package let folder: String
  /// The folder that has a folder for each sink.
  let base: String
  private let sink: String
  private let above: [String]

  /// The outbox of a sink.
  package init(gitDirectory: String, sink: String) {
    let root = gitDirectory.utf8.last == UInt8(ascii: "/") ? String(gitDirectory.dropLast()) : gitDirectory
    let mlops = root + "/" + AuditLog.folderName
    base = mlops + "/" + TriggerEmitter.outboxName
    folder = base + "/" + sink
    self.sink = sink
    above = [mlops, base]
  }

  /// Where refused events lie.
  package var deadFolder: String { folder + "/" + Self.deadName }

  /// Whether the folder is there, and no part of the way is a link.
  package var isThere: Bool { (above + [folder]).allSatisfy { SafeFiles.kind($0) == .folder } }

  /// Makes the folder, where it is not there.
  package func make() throws { _ = try SafeFiles.makeFolder(base, [sink]) }

  /// The files that stand for events, the oldest first.
  package func names() -> [String] { isThere ? SafeFiles.namesByAge(in: folder).filter(Self.isEvent) : [] }

  /// The refused events, the oldest first.
  package func deadNames() -> [String] {
    guard isThere, SafeFiles.kind(deadFolder) == .folder else { return [] }
    return SafeFiles.namesByAge(in: deadFolder).filter { Self.isEvent($0) && !ends($0, Self.reasonEnding) }
  }

  private static func isEvent(_ name: String) -> Bool {
    ends(name, ".json") && name.utf8.first != UInt8(ascii: ".")
  }

  /// When a file was written, in seconds since 1970; nil where it is gone.
  package func time(_ name: String) -> Int64? {
    var status = stat()
    guard lstat(folder + "/" + name, &status) == 0 else { return nil }
    return Int64(status.st_mtim.tv_sec)
  }

  /// Reads an event; a link is not followed.
  package func read(_ name: String) -> Reading {
    let path = folder + "/" + name
    switch SafeFiles.kind(path) {
    case .nothing: return .notThere
    case .link: return .unfit("it is a link, which is not followed")
    case .folder, .other: return .unfit("it is no regular file")
    case .file: break
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT: return .notThere
      case ELOOP: return .unfit("it is a link, which is not followed")
      case EACCES, EPERM: return .unfit("it cannot be read: \(SafeFiles.lastError)")
      default: return .failed(SafeFiles.lastError)
      }
    }
    close(descriptor)
    switch SafeFiles.read(path, maximum: Self.maximumBytes) {
    case .content(let bytes): return bytes.isEmpty ? .unfit("it is empty") : .content(bytes)
    case .notThere: return .notThere
    case .failed(let words):
      var status = stat()
      let isTooLarge = lstat(path, &status) == 0 && status.st_size > Self.maximumBytes
      return isTooLarge ? .unfit(words) : .failed(words)
    }
  }

  /// Forgets a delivered event.
  ///
  /// Not synced: should the power fail, the event is sent once more, with the same id.
  package func remove(_ name: String) { SafeFiles.remove(folder + "/" + name) }

  /// Puts a file aside that is refused for good, with the reason beside it.
  ///
  /// The reason comes first: wherever this ends by force, the event is in one of the two places. Where there is no room
  /// for the reason, the event moves all the same, or it would hold up the others; gives why there was none.
  package func setAside(_ name: String, reason: JSONValue) throws -> String? {
    _ = try SafeFiles.makeFolder(folder, [Self.deadName])
    let plain = Self.plain(name)
    var failure: String?
    do {
      try SafeFiles.write(ManifestCore.bytes(reason.text + "\n"), folder: deadFolder, name: plain + Self.reasonEnding)
    } catch {
      failure = (error as? SafeFiles.WriteError)?.message ?? "\(error)"
    }
    try move(folder + "/" + name, to: deadFolder + "/" + plain + ".json")
    try? SafeFiles.syncFolder(deadFolder)
    try? SafeFiles.syncFolder(folder)
    return failure
  }

  /// Moves a refused event back, to be delivered again.
  package func revive(_ name: String) throws {
    try move(deadFolder + "/" + name, to: folder + "/" + name)
    try SafeFiles.syncFolder(folder)
    SafeFiles.remove(deadFolder + "/" + Self.plain(name) + Self.reasonEnding)
    try SafeFiles.syncFolder(deadFolder)
  }

  /// Hands an event over to another sink; one that has it already keeps its own.
  package func hand(_ name: String, to other: Outbox) throws {
    if SafeFiles.kind(other.folder + "/" + name) == .nothing {
      try move(folder + "/" + name, to: other.folder + "/" + name)
      try SafeFiles.syncFolder(other.folder)
    } else {
      remove(name)
    }
    try SafeFiles.syncFolder(folder)
  }

  /// Removes what writers that were killed have left, an hour ago or earlier.
  package func removeLeftovers(now: Int64) {
    for name in SafeFiles.names(in: folder) where name.utf8.first == UInt8(ascii: ".") && ends(name, ".tmp") {
      if let time = time(name), time < now - 3600 { SafeFiles.remove(folder + "/" + name) }
    }
  }

  /// The lock that whoever delivers to this sink holds; nil where another one does, for so many seconds.
  package func lock(seconds: Int = 0) -> Int32? {
    isThere ? SafeFiles.lock(folder + "/.lock", waiting: seconds * 50) : nil
  }

  private func move(_ path: String, to target: String) throws {
    guard rename(path, target) == 0 else {
      throw SafeFiles.WriteError(message: "`\(target)`: \(SafeFiles.lastError)")
    }
  }

  /// The name without its ending, of characters that an event's id has.
  private static func plain(_ name: String) -> String {
    let isPlain = { (byte: UInt8) in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || byte == UInt8(ascii: "-")
    }
    let stem = name.utf8.dropLast(".json".utf8.count)
    return String(decoding: stem.map { isPlain($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
  }
}

/// Whether a text ends with another, compared as bytes.
private func ends(_ text: String, _ ending: String) -> Bool {
  text.utf8.reversed().starts(with: ending.utf8.reversed())
}

extension SafeFiles {
  /// The names of the files in a folder, the oldest first.
  static func namesByAge(in folder: String) -> [String] {
    names(in: folder).map { name -> (name: String, time: timespec) in
      var status = stat()
      _ = lstat(folder + "/" + name, &status)
      return (name, status.st_mtim)
    }.sorted { ($0.time.tv_sec, $0.time.tv_nsec) < ($1.time.tv_sec, $1.time.tv_nsec) }.map(\.name)
  }
}
