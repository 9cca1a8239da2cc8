import Foundation
import ManifestCore
import Networking

/// Copies a version out of the registry that its manifest names: `<registry>/<name>/<version>/`.
struct RegistryCopy {
  let source: Targets.RegistrySource

  /// Copies.
  func copy(_ version: String, of deployment: DesiredDeployment, to folder: String) async throws {
    let base = deployment.registry.hasSuffix("/") ? String(deployment.registry.dropLast()) : deployment.registry
    let uri = "\(base)/\(deployment.model)/\(version)"
    switch deployment.registry.prefix(while: { $0 != ":" }).lowercased() {
    case "file": try copyFolder(uri, to: folder)
    case "https", "http": try await download(uri, to: folder)
    case "s3": try copyFromS3(uri, to: folder)
    case let scheme:
      throw TargetFailure(
        "the registry `\(Text.cut(deployment.registry))` cannot be read: `\(Text.cut(scheme))` is not supported",
        fix: "use `file://`, `https://` or `s3://`, or keep the files in git with git-lfs")
    }
  }

  private func copyFolder(_ uri: String, to folder: String) throws {
    guard let url = URL(string: uri), url.host() ?? "" == "" || url.host() == "localhost" else {
      throw TargetFailure("`\(Text.cut(uri))` names another host", fix: "write it as `file:///path`")
    }
    let path = url.path
    guard SafeFiles.isFolder(path) else {
      throw TargetFailure("there is no folder `\(Text.cut(path))`", fix: "put the version's files there")
    }
    for file in try Disk.files(path) {
      let target = folder + "/" + file
      try FileManager.default.createDirectory(
        atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      // The evidence came with the version's folder, and is what was judged.
      guard !FileManager.default.fileExists(atPath: target) else { continue }
      do {
        try FileManager.default.copyItem(atPath: path + "/" + file, toPath: target)
      } catch {
        throw TargetFailure(
          "`\(Text.cut(file))` cannot be copied from `\(Text.cut(path))`",
          fix: "see that the disk has room and that this user may read it")
      }
    }
  }

  private func download(_ uri: String, to folder: String) async throws {
    guard !source.files.isEmpty else {
      throw TargetFailure(
        "`\(Text.cut(uri))` cannot be listed, so its files are not known",
        fix: "name them in the targets file: `registry: {files: [model.onnx]}`")
    }
    for file in source.files {
      let target = folder + "/" + file
      try FileManager.default.createDirectory(
        atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      let words = file.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? file
      do {
        let isHere = ["127.0.0.1", "localhost", "::1"].contains(
          (try? WebAddress(uri, allowsInsecure: true))?.host ?? "")
        let address = try WebAddress("\(uri)/\(words)", allowsInsecure: isHere)
        try await Download(authorities: source.caFile).fetch(address, to: target)
      } catch let problem as WebAddress.Invalid {
        throw TargetFailure("`\(Text.cut(uri))`: \(problem.message)", fix: problem.fix)
      } catch let failure as HTTPFailure {
        throw TargetFailure("`\(Text.cut(uri))/\(file)`: \(failure.message)", fix: failure.fix)
      }
    }
  }

  private func copyFromS3(_ uri: String, to folder: String) throws {
    guard !source.s3Command.isEmpty else {
      throw TargetFailure(
        "`\(Text.cut(uri))` is read by a program that the targets file does not name",
        fix:
          "`registry: {s3_command: [/usr/bin/aws, s3, cp, --recursive, --only-show-errors, \"{uri}\", \"{directory}\"]}`"
      )
    }
    let command = source.s3Command.map {
      $0.replacingOccurrences(of: "{uri}", with: uri + "/").replacingOccurrences(of: "{directory}", with: folder)
    }
    let names = HookContext.live().environment.filter { $0.key.hasPrefix("AWS_") }
    _ = try Program.run(
      command, seconds: 3600, environment: names.mapValues { String(decoding: $0, as: UTF8.self) })
    guard try !Disk.files(folder).isEmpty else {
      throw TargetFailure("`\(Text.cut(uri))` holds no file", fix: "put the version's files there")
    }
  }
}
