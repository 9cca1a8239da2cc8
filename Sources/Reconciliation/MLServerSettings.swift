import Foundation
import ManifestCore

/// The `model-settings.json` by which MLServer finds a version.
enum MLServerSettings {
  static let fileName = "model-settings.json"

  /// Writes the settings of a version into its folder: its own ones under the names that git has, or new ones.
  static func prepare(
    _ folder: String, _ version: DesiredVersion, of deployment: DesiredDeployment, implementation: String?
  ) throws {
    let files = try Disk.files(folder)
    // MLServer looks for settings in every folder: one further down could take another model's place.
    if let stray = files.first(where: { $0.utf8.count > fileName.utf8.count && $0.hasSuffix("/" + fileName) }) {
      throw TargetFailure(
        "`\(Text.cut(stray))` of `\(version.version)` would be a model of its own to MLServer",
        fix: "keep one `\(fileName)`, in the version's folder itself")
    }
    let text =
      files.contains(fileName)
      ? try changed(folder, version, deployment) : try generated(files, version, deployment, implementation)
    try Disk.write(text + "\n", to: folder + "/" + fileName)
    try Disk.share(folder + "/" + fileName)
  }

  private static func changed(_ folder: String, _ version: DesiredVersion, _ deployment: DesiredDeployment) throws
    -> String
  {
    guard let text = Disk.read(folder + "/" + fileName), let node = RepositoryJSON.read(text),
      case .object(let pairs) = RepositoryJSON.value(node)
    else {
      throw TargetFailure(
        "the `\(fileName)` of `\(version.version)` is no JSON object", fix: "publish a version with one that is")
    }
    var parameters: [(String, JSONValue)] = []
    if case .object(let known)? = pairs.first(where: { $0.0 == "parameters" })?.1 { parameters = known }
    try check(parameters, version)
    parameters = RepositoryJSON.setting("version", to: .string(version.version), in: parameters)
    let named = RepositoryJSON.setting("name", to: .string(deployment.name), in: pairs)
    return JSONValue.object(RepositoryJSON.setting("parameters", to: .object(parameters), in: named)).text
  }

  /// What is served lies in the version's folder: only that was judged, and has its digests looked at.
  private static func check(_ parameters: [(String, JSONValue)], _ version: DesiredVersion) throws {
    for (key, value) in parameters where ["uri", "environment_tarball", "environment_path"].contains(key) {
      if case .string(let path) = value, isBelow(path) { continue }
      if RepositoryJSON.isNull(value) { continue }
      throw TargetFailure(
        "`parameters.\(key)` in the `\(fileName)` of `\(version.version)` leads out of the version's folder",
        fix: "publish a version that names a file of its own, as in `./model.joblib`")
    }
  }

  /// Whether a path, as MLServer takes it, stays below the folder of the settings.
  private static func isBelow(_ path: String) -> Bool {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return path.utf8.first != UInt8(ascii: "/") && !path.utf8.contains { ":\\~".utf8.contains($0) || $0 < 0x20 }
      && !parts.contains { $0.elementsEqual("..".utf8) }
  }

  private static func generated(
    _ files: [String], _ version: DesiredVersion, _ deployment: DesiredDeployment, _ implementation: String?
  ) throws -> String {
    guard let implementation else {
      throw TargetFailure(
        "`\(version.version)` has no `\(fileName)`, and the target names no `implementation`",
        fix: "publish a version with one, or name the class that serves it in the targets file")
    }
    var parameters: [(String, JSONValue)] = [("version", .string(version.version))]
    let artifacts = version.artifacts.isEmpty ? files.filter { $0 != "metadata.json" } : version.artifacts.map(\.path)
    // Of several files the folder is the model: that is what MLServer takes where nothing is said.
    if artifacts.count == 1 { parameters.append(("uri", .string("./" + artifacts[0]))) }
    return JSONValue.object([
      ("name", .string(deployment.name)), ("implementation", .string(implementation)),
      ("parameters", .object(parameters)),
    ]).text
  }
}
