import Foundation
import ManifestCore
import Networking

/// Copies a version out of the registry that its manifest names: `<registry>/<name>/<version>/`.
struct RegistryCopy {
  let source: Targets.RegistrySource
  /// The files that are brought; nil: all that there are, or that the targets file names.
  var wanted: [DesiredVersion.Artifact]?

  /// Whether there is a way to a registry.
  func canRead(_ registry: String) -> Bool {
    switch Self.scheme(registry) {
    case "file", "https", "http": true
    case "s3": !source.s3Command.isEmpty
    default: false
    }
  }

  private static func scheme(_ registry: String) -> String { registry.prefix { $0 != ":" }.lowercased() }

  /// Copies.
  func copy(_ version: String, of deployment: DesiredDeployment, to folder: String) async throws {
    let place: RegistryPlace
    do {
      place = try RegistryPlace(version, of: deployment.model, in: deployment.registry)
    } catch {
      throw TargetFailure(error.message, fix: error.fix)
    }
    switch Self.scheme(deployment.registry) {
    case "file": try copyFolder(place, to: folder)
    case "https", "http": try await download(place, to: folder)
    case "s3": try copyFromS3(place.text, to: folder)
    case let scheme:
      throw TargetFailure(
        "the registry `\(Text.cut(deployment.registry))` cannot be read: `\(Text.cut(scheme))` is not supported",
        fix: "use `file://`, `https://` or `s3://`, or keep the files in git with git-lfs")
    }
  }

  private func copyFolder(_ place: RegistryPlace, to folder: String) throws {
    guard let path = place.folder else {
      throw TargetFailure(
        "`\(Text.cut(place.text))` is no plain path of this machine", fix: "write it as `file:///path`")
    }
    switch SafeFiles.kind(path) {
    case .folder: break
    case .nothing:
      throw TargetFailure("there is no folder `\(Text.cut(path))`", fix: "put the version's files there")
    case .link, .file, .other:
      // A link could lead to what nobody has approved.
      throw TargetFailure("`\(Text.cut(path))` is no folder itself", fix: "put the version's own folder there")
    }
    try bring(path, to: folder, place.text) { try FileManager.default.copyItem(atPath: $0, toPath: $1) }
  }

  /// Puts every file of a folder below another.
  private func bring(
    _ path: String, to folder: String, _ uri: String, by move: (_ file: String, _ target: String) throws -> Void
  ) throws {
    let files = try Disk.files(path)
    guard !files.isEmpty else {
      throw TargetFailure("`\(Text.cut(uri))` holds no file", fix: "put the version's files there")
    }
    for file in files where wanted?.contains(where: { $0.path == file }) ?? true {
      guard let target = try place(file, in: folder) else { continue }
      do {
        try move(path + "/" + file, target)
      } catch {
        throw TargetFailure(
          "`\(Text.cut(file))` cannot be copied from `\(Text.cut(uri))`",
          fix: "see that the disk has room and that this user may read it")
      }
    }
  }

  /// Where a file goes; nil where it came with the version's folder: the evidence there is what was judged.
  private func place(_ file: String, in folder: String) throws -> String? {
    let target = folder + "/" + file
    guard SafeFiles.kind(target) == .nothing else { return nil }
    try FileManager.default.createDirectory(
      atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    return target
  }

  private func download(_ place: RegistryPlace, to folder: String) async throws {
    let uri = place.text
    let files = wanted?.map { ($0.path, $0.size) } ?? source.files.map { ($0, source.maxBytes) }
    guard !files.isEmpty else {
      throw TargetFailure(
        "`\(Text.cut(uri))` cannot be listed, so its files are not known",
        fix: "name them in the targets file: `registry: {files: [model.onnx]}`")
    }
    for (file, maximum) in files {
      guard let target = try self.place(file, in: folder) else { continue }
      let words = RegistryPlace.encoded(path: file)
      do {
        let isHere = ["127.0.0.1", "localhost", "::1"].contains(
          (try? WebAddress(place.address, allowsInsecure: true))?.host ?? "")
        let address = try WebAddress("\(place.address)/\(words)", allowsInsecure: isHere)
        try await Download(authorities: source.caFile, maximum: maximum).fetch(address, to: target)
      } catch let problem as WebAddress.Invalid {
        throw TargetFailure("`\(Text.cut(uri))`: \(problem.message)", fix: problem.fix)
      } catch let failure as HTTPFailure {
        throw TargetFailure("`\(Text.cut(uri))/\(Text.cut(file))`: \(failure.message)", fix: fix(failure))
      }
    }
  }

  /// What to do, by the keys of the targets file.
  private func fix(_ failure: HTTPFailure) -> String {
    switch failure.kind {
    case .encryption: "mend the certificate, or name its authority by `registry.ca_file`"
    case .size where wanted != nil: "see that it is the right file: its evidence says how large it is"
    case .size: "see that it is the right file; `registry.max_bytes` allows larger ones"
    case .configuration, .name, .connection, .time, .closed, .malformed: failure.fix
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
    // What the program copies lies beside first: it must not write over what came with the version's folder.
    let fresh = folder + ".s3"
    defer { try? FileManager.default.removeItem(atPath: fresh) }
    try FileManager.default.createDirectory(atPath: fresh, withIntermediateDirectories: false)
    let command = source.s3Command.map {
      $0.replacingOccurrences(of: "{uri}", with: uri + "/").replacingOccurrences(of: "{directory}", with: fresh)
    }
    let names = HookContext.live().environment.filter { $0.key.hasPrefix("AWS_") }
    _ = try Program.run(
      command, seconds: 3600, environment: names.mapValues { String(decoding: $0, as: UTF8.self) })
    try bring(fresh, to: folder, uri) { try Disk.move($0, to: $1) }
  }
}
