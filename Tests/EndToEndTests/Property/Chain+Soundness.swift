/// What may never be accepted, told without any of the engine's code.
extension Chain {
  /// Walks the steps of an accepted push to `main` and looks for what the contract always refuses.
  func checkSoundness(_ move: Move) {
    guard !move.old.isEmpty, let world = move.world else { return }
    for path in world.files.keys where path.hasPrefix("deployments/") && !Self.mayStand(path, world.modes[path]) {
      fail("\(path.debugDescription) was accepted", "mode \(world.modes[path] ?? "100644")")
    }
    let policies = setting.policies(worlds[move.old])
    let waives = policies.contains { $0.environments.values.contains { $0.rollback?.contains("waived") == true } }
    let isMutable = policies.contains { $0.models.contains("immutable: false") }
    var step = move.new
    while step != move.old, let parent = parents[step] {
      if let before = worlds[parent], let after = worlds[step] {
        if !waives, !merges.contains(step), let message = messages[step], !Self.holdsApproval(message) {
          for path in Self.guarded(before, after) { fail("\(path) changed without any approval", message) }
        }
        if !isMutable {
          for folder in Self.touched(before, after) { fail("\(folder) was published and changed", step) }
        }
      }
      step = parent
    }
  }

  /// Whether a path below `deployments/` is one that the contract lets stand.
  private static func mayStand(_ path: String, _ mode: String?) -> Bool {
    guard mode == nil else { return false }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if let name = parts.last, ["README.md", ".gitkeep", ".gitignore", ".gitattributes"].contains(name) { return true }
    let isPlain = path.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7f }
    return parts.count == 3 && path.hasSuffix(".yaml") && isPlain && path.lowercased() == path
  }

  /// Whether a message has a line that could be an approval at all.
  private static func holdsApproval(_ message: String) -> Bool {
    message.unicodeScalars.split { $0 == "\n" }.contains { line in
      let text = String(String.UnicodeScalarView(line)).lowercased()
      return text.hasPrefix("approved-by") || text.hasPrefix("approved by")
    }
  }

  /// The deployments that a step changes and that required approvals before or do after.
  private static func guarded(_ before: World, _ after: World) -> [String] {
    Set(before.manifests.keys).union(after.manifests.keys).filter { path in
      let texts = [before.files[path], after.files[path]]
      return texts[0] != texts[1] && texts.contains { $0?.contains("approval_required: true\n") == true }
    }.sorted()
  }

  /// The version folders that were published before a step, and that it neither leaves alone nor removes.
  private static func touched(_ before: World, _ after: World) -> [String] {
    let folders = before.files.keys
      .filter { $0.hasPrefix("models/") && $0.hasSuffix("/metadata.json") && before.modes[$0] == nil }
      .map { String($0.dropLast("metadata.json".count)) }
    let changed = Set(after.changes(from: before).keys)
    return folders.filter { folder in
      changed.contains { $0.hasPrefix(folder) } && after.files.keys.contains { $0.hasPrefix(folder) }
    }.sorted()
  }
}
