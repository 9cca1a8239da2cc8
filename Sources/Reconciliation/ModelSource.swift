import Foundation
import GitObjects
import ManifestCore

/// Where the files of versions come from: git, git-lfs, or the registry that the manifest names.
package struct ModelSource: Sendable {
  /// Writes the files of a tree of the repository below an empty folder.
  let checkOut: @Sendable (_ tree: ObjectID, _ folder: String) throws -> Void
  /// Does the same with the pointers of what git-lfs keeps; nil where there is no git-lfs.
  let checkOutPointers: (@Sendable (_ tree: ObjectID, _ folder: String) throws -> Void)?
  /// How registries are read.
  let registry: Targets.RegistrySource

  /// A source.
  package init(
    registry: Targets.RegistrySource,
    checkOutPointers: (@Sendable (_ tree: ObjectID, _ folder: String) throws -> Void)? = nil,
    checkOut: @escaping @Sendable (_ tree: ObjectID, _ folder: String) throws -> Void
  ) {
    self.registry = registry
    self.checkOutPointers = checkOutPointers
    self.checkOut = checkOut
  }

  /// Puts the files of a version into a folder that is there and empty, and looks at each digest.
  ///
  /// Throws `TargetFailure`, and then the folder is of no use.
  package func fetch(_ version: DesiredVersion, of deployment: DesiredDeployment, to folder: String) async throws {
    if let tree = version.folder {
      do {
        try checkOut(tree, folder)
      } catch let problem as LocalCheck.CannotSay {
        throw TargetFailure(problem.message, fix: problem.fix)
      } catch let lost as OperatorClone.Lost {
        try await replace(lost, tree, version, of: deployment, in: folder)
      }
    }
    if version.artifacts.isEmpty {
      try await RegistryCopy(source: registry).copy(version.version, of: deployment, to: folder)
    }
    try verify(version, of: deployment, in: folder)
    try Disk.sync(folder)
  }

  /// What git-lfs has not got comes from the registry: the evidence's digests tell whether it is the same.
  private func replace(
    _ lost: OperatorClone.Lost, _ tree: ObjectID, _ version: DesiredVersion, of deployment: DesiredDeployment,
    in folder: String
  ) async throws {
    var copy = RegistryCopy(source: registry)
    guard let checkOutPointers, copy.canRead(deployment.registry), !version.artifacts.isEmpty else {
      throw TargetFailure(lost.message, fix: lost.fix)
    }
    try checkOutPointers(tree, folder)
    var wanted: [DesiredVersion.Artifact] = []
    for artifact in version.artifacts where try Disk.digest(folder + "/" + artifact.path) != artifact.sha256 {
      SafeFiles.remove(folder + "/" + artifact.path)
      wanted.append(artifact)
    }
    copy.wanted = wanted
    do {
      try await copy.copy(version.version, of: deployment, to: folder)
    } catch let failure as TargetFailure {
      throw TargetFailure("\(lost.message); \(failure.message)", fix: "\(failure.fix); or \(lost.fix)")
    }
  }

  /// Each file that the evidence lists has its digest, and one of all files that of the manifest.
  private func verify(_ version: DesiredVersion, of deployment: DesiredDeployment, in folder: String) throws {
    var digests: [String] = []
    for artifact in version.artifacts {
      guard TargetsReader.isRelative(artifact.path) else {
        throw TargetFailure("`\(Text.cut(artifact.path))` leaves the version's folder", fix: "mend the evidence")
      }
      let found = try Disk.digest(folder + "/" + artifact.path)
      guard found == artifact.sha256 else {
        throw TargetFailure(
          "`\(Text.cut(artifact.path))` of `\(version.version)` has the digest \(found.prefix(12))…, and its evidence says \(artifact.sha256.prefix(12))…",
          fix: "see where the file comes from: what was evaluated is another one")
      }
      digests.append("sha256:" + found)
    }
    guard let wanted = version.digest else { return }
    if version.artifacts.isEmpty {
      for file in try Disk.files(folder) { digests.append("sha256:" + (try Disk.digest(folder + "/" + file))) }
    }
    guard digests.contains(wanted) else {
      throw TargetFailure(
        "no file of `\(version.version)` has the digest that `\(deployment.path)` names (\(wanted.prefix(19))…)",
        fix: "see where the files come from: what was approved is another one")
    }
  }
}
