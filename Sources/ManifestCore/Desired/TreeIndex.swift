import GitObjects
private import Glibc

/// The files of a tree as git's index has them, save that no file has a name by which it would tell git what to do.
struct TreeIndex {
  /// A file of the tree.
  struct File {
    /// Its path below the tree.
    var path: [UInt8]
    /// Whether it can be run.
    var mode: FileMode
    /// Its content.
    var id: ObjectID
  }

  /// The files under their own names.
  let files: [File]
  /// The names that git or git-lfs obey, with those that stand for them on the way.
  private var aliases: [(own: [UInt8], alias: [UInt8])] = []

  private static let obeyed = [".gitattributes", ".lfsconfig"]

  /// The index of some files.
  init(files: [File]) {
    self.files = files
    // A folder's name is taken as well: git would let one of the two go without a word.
    var taken = Set(files.map(\.path))
    for file in files {
      for (index, byte) in file.path.enumerated() where byte == UInt8(ascii: "/") {
        taken.insert(Array(file.path[..<index]))
      }
    }
    for file in files where Self.isObeyed(file.path) {
      var alias = file.path + bytes(".mlops")
      while !taken.insert(alias).inserted { alias += bytes("~") }
      aliases.append((file.path, alias))
    }
  }

  /// Also in another case: a disk may make no difference.
  private static func isObeyed(_ path: [UInt8]) -> Bool {
    let name = path.suffix(from: (path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1).map(\.lowercased)
    return obeyed.contains { $0.utf8.elementsEqual(name) }
  }

  /// What `git update-index -z --index-info` reads.
  var text: [UInt8] {
    let names = Dictionary(aliases.map { ($0.own, $0.alias) }) { first, _ in first }
    return files.flatMap { file in
      file.mode.octal + bytes(" \(file.id.hex)\t") + (names[file.path] ?? file.path) + [0]
    }
  }

  /// Gives the files below a folder their own names again.
  func nameBack(in folder: String) throws {
    for (own, alias) in aliases {
      let paths = [alias, own].map { bytes(folder + "/") + $0 + [0] }
      let isDone = paths[0].withUnsafeBytes { from in
        paths[1].withUnsafeBytes { to in
          guard let from = from.bindMemory(to: CChar.self).baseAddress,
            let to = to.bindMemory(to: CChar.self).baseAddress
          else { return false }
          return rename(from, to) == 0
        }
      }
      guard isDone else {
        throw LocalCheck.CannotSay(
          "`\(Text.cut(Text.show(own)))` cannot be written: \(SafeFiles.lastError)", fix: "see that the disk has room")
      }
    }
  }
}
