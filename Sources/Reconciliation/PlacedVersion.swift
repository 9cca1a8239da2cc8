import Foundation
import ManifestCore

/// A version's folder in a server's repository that is being put there, with what had its place before.
final class PlacedVersion {
  private let folder: String
  /// The folder's name.
  let name: String
  private var aside: String?
  /// Triton's configuration as it was; nil where it was not touched.
  private var configuration: [UInt8]??

  /// A version's folder below that of its deployment.
  init(folder: String, name: String) {
    self.folder = folder
    self.name = name
  }

  /// Its path.
  var path: String { folder + "/" + name }

  /// Gives a folder its final name; with `model` the configuration in it becomes that of the model.
  func put(_ fresh: String, configuredAs model: String?) throws {
    if let model { try configure(fresh, model) }
    do {
      if SafeFiles.kind(path) != .nothing { aside = try moveAside() }
      try Disk.move(fresh, to: path)
    } catch {
      try takeBack()
      throw error
    }
  }

  /// Moves it to where no server looks, and gives the path.
  func moveAside() throws -> String {
    let target = "\(folder)/.old-\(name)-\(UUID().uuidString.prefix(8).lowercased())"
    try Disk.move(path, to: target)
    return target
  }

  private func configure(_ fresh: String, _ model: String) throws {
    let target = folder + "/" + TritonConfig.fileName
    let own = Disk.read(fresh + "/" + TritonConfig.fileName)
    let known = Disk.read(target)
    guard own != nil || known == nil else { return }
    guard let text = TritonConfig.changed(own ?? [], name: model) else {
      throw TargetFailure(
        "the `\(TritonConfig.fileName)` of this version is no text of protobuf",
        fix: "publish a version with one that Triton can read")
    }
    configuration = .some(known)
    try Disk.write(String(decoding: text, as: UTF8.self), to: target)
    try Disk.share(target)
    SafeFiles.remove(fresh + "/" + TritonConfig.fileName)
  }

  /// Lets everything be as before it was put there.
  func takeBack() throws {
    try Disk.takeAway(path)
    if let aside { try Disk.move(aside, to: path) }
    aside = nil
    guard let before = configuration else { return }
    let target = folder + "/" + TritonConfig.fileName
    if let before {
      try Disk.write(String(decoding: before, as: UTF8.self), to: target)
      try Disk.share(target)
    } else {
      SafeFiles.remove(target)
    }
  }

  /// Lets what had its place go.
  func settle() {
    if let aside { try? FileManager.default.removeItem(atPath: aside) }
  }
}
