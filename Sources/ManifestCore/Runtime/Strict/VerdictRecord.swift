import GitObjects
private import Glibc

/// What `pre-receive` leaves for `reference-transaction`: a small file for each move that it accepted.
///
/// Its name is a digest of ref, old and new value; in it stand a time and the rules of the judgement. A record that is lost
/// refuses the move, so nothing has to reach the disk: only a half-written one must never be read.
struct VerdictRecord {
  /// The folder below `mlops/`.
  static let folderName = "verdicts"
  /// How long a verdict counts, in seconds: hooks of the host that run between the two may take their time.
  static let lifetime: Int64 = 3600

  let gitDirectory: String

  private var folder: String {
    (gitDirectory.utf8.last == UInt8(ascii: "/") ? gitDirectory : gitDirectory + "/") + AuditLog.folderName + "/"
      + Self.folderName
  }

  /// The name of a move's file; nil where there is no memory for a digest.
  static func name(_ move: RefUpdate) -> String? {
    SHA256.hex(bytes("\(move.old.hex) \(move.new.hex) ") + move.ref)
  }

  /// Writes that some moves were accepted, and takes away what is too old to count.
  func write(_ accepted: AcceptedMoves, now: Int64) throws {
    guard !accepted.moves.isEmpty else { return }
    let folder = try SafeFiles.makeFolder(gitDirectory, [AuditLog.folderName, Self.folderName])
    forgetOld(now: now)
    let text = bytes(([String(now)] + accepted.bases).joined(separator: "\n") + "\n")
    for move in accepted.moves {
      guard let name = Self.name(move) else { throw PolicyBasis.NoDigest() }
      try SafeFiles.write(text, folder: folder, name: name, isDurable: false)
    }
  }

  /// The rules under which a move was accepted; none where it was not, or too long ago.
  func bases(of move: RefUpdate, now: Int64) -> [String] {
    guard let name = Self.name(move), case .content(let text) = SafeFiles.read(folder + "/" + name, maximum: 4096),
      text.last == 10
    else { return [] }
    let lines = text.dropLast().split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    guard let first = lines.first, let time = Int64(first), time <= now &+ 60, now &- time <= Self.lifetime else {
      return []
    }
    return lines.dropFirst().filter { $0.utf8.count == 2 * SHA256.size }
  }

  /// Takes the record of a move away.
  func forget(_ move: RefUpdate) {
    if let name = Self.name(move) { SafeFiles.remove(folder + "/" + name) }
  }

  /// Whether there is any record at all.
  var isEmpty: Bool { SafeFiles.kind(folder) != .folder }

  /// Takes away the records of moves that never came about.
  private func forgetOld(now: Int64) {
    for name in SafeFiles.names(in: folder) {
      var status = stat()
      let path = folder + "/" + name
      guard lstat(path, &status) == 0, now &- Int64(status.st_mtim.tv_sec) > Self.lifetime else { continue }
      SafeFiles.remove(path)
    }
  }
}
