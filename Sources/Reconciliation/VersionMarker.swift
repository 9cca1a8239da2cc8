import Foundation
import ManifestCore

/// What is written into a version's folder last: with it the version is whole.
struct VersionMarker: Codable {
  /// The name of the marker's file.
  static let name = ".mlops-version.json"
  /// The identity of a version whose files are not those that were put there.
  static let changed = "changed"

  var version: String
  var identity: String
  /// When it was put there, in seconds since 1970.
  var since: Int64
  /// The files of the version, each with its size, when it was written, and its path, with a zero byte between two.
  ///
  /// One text, as thousands of markers are read in a pass.
  var files: String

  /// The marker of a version's folder; nil where it has none.
  static func read(_ folder: String) -> VersionMarker? {
    Disk.read(folder + "/" + name, maximum: 64 << 20).flatMap {
      try? JSONDecoder().decode(VersionMarker.self, from: Data($0))
    }
  }

  /// Writes the marker of a version whose files are there, and lets others read them.
  ///
  /// - Parameter moved: A file that gets another place.
  static func write(_ folder: String, _ version: DesiredVersion, moved: String? = nil, now: Int64) throws {
    guard SafeFiles.kind(folder + "/" + name) == .nothing else {
      throw TargetFailure(
        "`\(Text.cut(version.version))` holds a file `\(name)`, which is the operator's own name",
        fix: "publish a version without it")
    }
    let files = try Disk.files(folder).filter { $0 != moved }.map { path in
      try Disk.share(folder + "/" + path)
      guard let stamp = stamp(path, in: folder) else {
        throw TargetFailure("`\(Text.cut(path))` is gone again", fix: "see what else changes `\(Text.cut(folder))`")
      }
      return stamp
    }
    try Disk.shareFolders(folder)
    let marker = VersionMarker(
      version: version.version, identity: version.identity, since: now, files: files.joined(separator: "\0"))
    try Disk.write(Disk.text(marker), to: folder + "/" + name)
    try Disk.share(folder + "/" + name)
  }

  /// What tells the content that lies there now from another; a file that was changed or is gone is another content.
  func identity(in folder: String) -> String {
    for file in files.utf8.split(separator: 0) {
      // A path may hold what stands between the fields.
      let fields = file.split(separator: 0x20, maxSplits: 2)
      guard fields.count == 3, let path = String(fields[2]), let now = Self.stamp(path, in: folder),
        now.utf8.elementsEqual(file)
      else { return Self.changed }
    }
    return identity
  }

  /// A file as it lies there; nil where there is none.
  private static func stamp(_ path: String, in folder: String) -> String? {
    var status = stat()
    guard lstat(folder + "/" + path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let written = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    return "\(status.st_size) \(written) \(path)"
  }
}
