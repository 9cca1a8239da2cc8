import Foundation
import ManifestCore

/// The folder in which an inference server looks for its models, as the loop fills it.
///
/// `<root>/<deployment>/<version>/…` for MLServer, `<root>/<deployment>/<number>/…` for Triton. What is on its way, and
/// what the loop notes for itself, has a name that begins with a dot: neither server looks there.
struct ModelRepository: Sendable {
  let root: String
  /// Whether versions are numbered, as Triton wants it.
  let isNumbered: Bool
  /// Which environment fills it.
  var owner = PlaceOwner(environment: "")

  /// A version's folder.
  struct Placed {
    /// The folder's name, which is the version's name to the server.
    var name: String
    /// The version as git has it; of two numbers for the same version the lower one has its number behind it.
    var version: String
    var marker: VersionMarker
  }

  /// The numbers that were given: none is given twice, so that nobody mistakes one version for another.
  struct Numbers: Codable {
    var last = 0
    var versions: [String: Int] = [:]
  }

  /// Triton reads a version as a signed number of 64 bits; what is larger than any that was given is not ours.
  private static let maximum = 1 << 53
  static let numbersName = ".mlops-versions.json"
  private static let pendingName = ".mlops-pending"
  private static let routesName = ".mlops-routes.json"

  func folder(_ name: String) -> String { root + "/" + name }

  /// The deployments that the loop has put here; models that somebody else put here are none of its business.
  ///
  /// One of which the server was not told that it went is still among them.
  func names() -> [String] {
    SafeFiles.names(in: root).filter { name in
      !name.hasPrefix(".") && !owner.isForeign(folder(name)) && (isPending(name) || !placed(name).isEmpty)
    }
  }

  /// Whether somebody else has put something beside our versions, or in the place of one.
  func isShared(_ name: String) -> Bool {
    // MLServer also takes a model that lies in the folder itself.
    if !isNumbered, SafeFiles.kind(folder(name) + "/" + MLServerSettings.fileName) != .nothing { return true }
    return SafeFiles.names(in: folder(name)).contains {
      !$0.hasPrefix(".") && SafeFiles.isFolder("\(folder(name))/\($0)")
        && VersionMarker.read("\(folder(name))/\($0)") == nil
    }
  }

  /// The versions of a deployment that the loop has put here, the newest number first.
  func placed(_ name: String) -> [Placed] {
    var found = SafeFiles.names(in: folder(name))
      .filter { !$0.hasPrefix(".") && SafeFiles.isFolder("\(folder(name))/\($0)") && (!isNumbered || Int($0) != nil) }
      .compactMap { child -> Placed? in
        guard let marker = VersionMarker.read("\(folder(name))/\(child)") else { return nil }
        return Placed(name: child, version: isNumbered ? marker.version : child, marker: marker)
      }
    guard isNumbered else { return found }
    found.sort { (Int($0.name) ?? 0) > (Int($1.name) ?? 0) }
    var seen: Set<String> = []
    for index in found.indices where !seen.insert(found[index].version).inserted {
      found[index].version += " (\(found[index].name))"
    }
    return found
  }

  /// The name that a version's folder gets: its version, or a number that none had.
  ///
  /// Throws where somebody else has put a folder of that name there.
  func allot(_ version: String, of name: String) throws -> String {
    guard isNumbered else {
      let path = folder(name) + "/" + version
      guard SafeFiles.kind(path) == .nothing || VersionMarker.read(path) != nil else {
        throw TargetFailure(
          "`\(Text.cut(path))` was put there by somebody else",
          fix: "move it away, or let git name another version: what the operator did not put there it does not replace")
      }
      return version
    }
    var numbers = numbers(name)
    // What lies there counts too, so that a lost file does no harm.
    let there = SafeFiles.names(in: folder(name)).compactMap { Int($0) }.filter { $0 < Self.maximum }
    numbers.last = max(min(numbers.last, Self.maximum), there.max() ?? 0) + 1
    numbers.versions[version] = numbers.last
    try Disk.write(Disk.text(numbers), to: folder(name) + "/" + Self.numbersName)
    return "\(numbers.last)"
  }

  /// The numbers of a deployment.
  func numbers(_ name: String) -> Numbers { Self.decode(folder(name) + "/" + Self.numbersName) ?? Numbers() }

  /// Whether the server was not told of the last change.
  func isPending(_ name: String) -> Bool { SafeFiles.kind(folder(name) + "/" + Self.pendingName) != .nothing }

  /// Notes that the server has to be told, before something is changed.
  func begin(_ name: String) throws { try Disk.write("", to: folder(name) + "/" + Self.pendingName) }

  /// Notes that the server was told.
  func finish(_ name: String) throws {
    SafeFiles.remove(folder(name) + "/" + Self.pendingName)
    try SafeFiles.syncFolder(folder(name))
  }

  /// Removes what the loop has noted of a deployment.
  func forget(_ name: String) {
    for note in [Self.pendingName, Self.routesName, Self.numbersName] { SafeFiles.remove(folder(name) + "/" + note) }
    owner.release(folder(name))
  }

  /// Takes away what the loop has put there; the folder stays where somebody else keeps files in it.
  func takeAway(_ name: String) throws {
    let own = placed(name).map(\.name) + (isNumbered ? [TritonConfig.fileName] : [])
    guard SafeFiles.names(in: folder(name)).contains(where: { !$0.hasPrefix(".") && !own.contains($0) }) else {
      return try Disk.takeAway(folder(name))
    }
    for child in own { try Disk.takeAway(folder(name) + "/" + child) }
    forget(name)
  }

  /// What was noted of how requests are led.
  func table(_ name: String) -> RouteTable? { Self.decode(folder(name) + "/" + Self.routesName) }

  /// Notes how requests are led.
  func note(_ table: RouteTable, of name: String) throws {
    try Disk.write(Disk.text(table), to: folder(name) + "/" + Self.routesName)
  }

  private static func decode<Value: Decodable>(_ path: String) -> Value? {
    Disk.read(path).flatMap { try? JSONDecoder().decode(Value.self, from: Data($0)) }
  }
}
