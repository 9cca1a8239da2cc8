internal import CRuntime
import GitObjects

/// Finds the deployments of one environment that name an endpoint.
///
/// The first few questions search the blobs for the endpoint's bytes; more of them make an index worth its price, which
/// then follows the steps.
final class EndpointIndex {
  private let environment: [UInt8]
  private var questions = 0
  /// Names of deployments by their endpoint; nil until the index is made.
  private var names: [String: Set<[UInt8]>]?
  /// What the index holds for each name.
  private var endpoints: [[UInt8]: String] = [:]
  /// Files that changed since, to be read when next asked.
  private var stale: Set<[UInt8]> = []

  init(environment: [UInt8]) { self.environment = environment }

  /// Tells the index what a step changed.
  func update(_ files: [LineJudge.ManifestChange]) {
    if names != nil { stale.formUnion(files.map(\.stem)) }
  }

  /// The names of deployments that may answer at an endpoint, without one of them.
  func deployments(at endpoint: String, in state: Snapshot, except name: [UInt8]) throws -> [[UInt8]] {
    questions += 1
    let tree = try state.environment(environment)
    if names == nil, questions <= 4 { return try search(endpoint, tree, state, except: name) }
    if names == nil {
      names = [:]
      for index in 0..<tree.count {
        let entry = tree.entry(at: index)
        if let stem = Snapshot.stem(entry.name) { try add(entry, stem, state) }
      }
      stale = []
    }
    // A question is about a state in which the step's own files have changed already.
    stale.insert(name)
    for stem in stale {
      if let old = endpoints.removeValue(forKey: stem) { names?[old]?.remove(stem) }
      if let entry = state.entry(tree, stem) { try add(entry, stem, state) }
    }
    stale = []
    return (names?[endpoint] ?? []).filter { $0 != name }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private func add(_ entry: TreeEntry, _ stem: [UInt8], _ state: Snapshot) throws {
    guard entry.mode == .file, let endpoint = try state.context.manifest(entry).deployment?.endpoint?.value else {
      return
    }
    endpoints[stem] = endpoint
    names?[endpoint, default: []].insert(stem)
  }

  private func search(_ endpoint: String, _ tree: Tree, _ state: Snapshot, except name: [UInt8]) throws -> [[UInt8]] {
    let wanted = bytes(endpoint)
    var found: [[UInt8]] = []
    for index in 0..<tree.count {
      let entry = tree.entry(at: index)
      guard let stem = Snapshot.stem(entry.name), stem != name, entry.mode == .file,
        try state.context.store.header(entry.id).size <= ManifestFile.maximumBytes
      else { continue }
      let blob = try state.context.store.blob(entry.id, maximum: ManifestFile.maximumBytes)
      // An escape in a quoted scalar can spell the same endpoint in other bytes.
      let mayName = blob.withBytes { $0.contains(UInt8(ascii: "\\")) || contains($0, wanted) }
      if mayName { found.append(stem) }
    }
    return found
  }

  private func contains(_ text: UnsafeRawBufferPointer, _ wanted: [UInt8]) -> Bool {
    guard let base = text.baseAddress else { return false }
    return mlops_contains(base, UInt(text.count), wanted, UInt(wanted.count)) != 0
  }
}
