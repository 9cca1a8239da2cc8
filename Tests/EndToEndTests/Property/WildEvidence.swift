/// Wild edits below `models/`.
struct WildEvidence {
  let dice: Dice

  private func folders(_ world: World) -> [String] {
    world.files.keys.filter { $0.hasPrefix("models/") && $0.hasSuffix("/metadata.json") }
      .map { String($0.dropLast("metadata.json".count)) }.sorted()
  }

  /// Changes what is published.
  func published(_ draft: inout Draft) {
    guard let folder = dice.pickIfAny(folders(draft.world)) else { return }
    let evidence = folder + "metadata.json"
    let what: String
    switch dice.below(9) {
    case 0:
      what = "change"
      draft.world.files[evidence]?.append(" \n")
    case 1:
      what = "better"
      draft.world.files[evidence] = draft.world.files[evidence]?.replacing("0.41", with: "0.99")
        .replacing("0.47", with: "0.48")
    case 2:
      what = "add a file to"
      draft.world.files[folder + "notes.txt"] = "x\n"
    case 3:
      what = "artifact of"
      draft.world.files[folder + "model.onnx"] = World.pointer("evil")
    case 4:
      what = "no evidence in"
      draft.world.files[evidence] = nil
    case 5, 6:
      what = "remove"
      for path in draft.world.files.keys where path.hasPrefix(folder) { draft.world.files[path] = nil }
    case 7:
      what = "mode in"
      draft.world.modes[dice.pick([evidence, folder + "model.onnx"])] = dice.pick(["100755", "120000"])
    default:
      what = "replace a folder"
      for path in draft.world.files.keys where path.hasPrefix(folder) { draft.world.files[path] = nil }
      draft.world.files[String(folder.dropLast())] = "a file\n"
    }
    draft.labels.append("\(what) \(folder)")
  }

  /// Publishes a version that is not good, and mostly promotes a deployment to it.
  func new(_ draft: inout Draft) {
    guard var piece = dice.pickIfAny(draft.world.pieces) else { return }
    let model = dice.chance(85) ? piece.deployment.model : dice.pick(World.models)
    draft.world.counter += 1
    let version =
      dice.chance(90) ? "v3.\(draft.world.counter).0" : dice.pick(["1.0", "latest", "v4", "V4.0.0", "v1.0.0"])
    let path = Fixtures.evidencePath(version, model: model)
    let folder = "models/\(model)/\(version)/"
    draft.world.publish(model, version, isGood: false)
    let good = draft.world.files[path] ?? ""
    func replace(_ old: String, _ new: String) { draft.world.files[path] = good.replacing(old, with: new) }
    let choice = dice.below(30)
    switch choice {
    case 0: replace("0.47", "0.1")
    case 1: replace("\"silhouette_score\": 0.47, ", "")
    case 2: replace("true", "false")
    case 3: replace("\"passed\": true", "\"passed\": \"true\"")
    case 4: replace("\"name\": \"\(model)\"", "\"name\": \"other\"")
    case 5: replace("\"version\": \"\(version)\"", "\"version\": \"v0.0.1\"")
    case 6: replace("0.47", "NaN")
    case 7: replace("0.47", "\"0.47\"")
    case 8: replace("0.47", "\"47%\"")
    case 9: replace("0.47", "{\"value\": 0.47, \"unit\": \"ms\"}")
    case 10: replace("\"87ms\"", "87")
    case 11: replace("\"87ms\"", "\"0.0001min\"")
    case 12: replace("{\"silhouette_score\"", "{\"silhouette_score\": 1, \"silhouette_score\"")
    case 13: replace("}", "},")
    case 14: draft.world.files[path] = good + "x"
    case 15: draft.world.files[path] = "\u{feff}" + good
    case 16: draft.world.files[path] = World.pointer(version)
    case 17: draft.world.modes[path] = dice.pick(["120000", "100755"])
    case 18: draft.world.files[path] = nil
    case 19: draft.world.files[folder + "model.onnx"] = nil
    case 20: draft.world.files[folder + "model.onnx"] = World.pointer(version, size: 5)
    case 21: draft.world.files[folder + "model.onnx"] = World.pointer("other")
    case 22: draft.world.files[folder + "model.onnx"] = String(repeating: "x", count: 3000)
    case 23:
      draft.world.files[folder + "weights.bin"] = String(repeating: "w", count: dice.chance(90) ? 3000 : (1 << 20) + 1)
    case 24:
      draft.world.files[folder + "sub"] = String(repeating: "34", count: 20)
      draft.world.modes[folder + "sub"] = "160000"
    case 25: draft.world.files[folder + "deep/er/x.bin"] = "x\n"
    case 26: draft.world.files[path] = String(repeating: "[", count: 40)
    case 27: replace("0.47", "0.4" + String(repeating: "7", count: 70))
    case 28: replace("\"artifacts\"", "\"notes\": \"\\u202e\\u0000\", \"artifacts\"")
    default: break
    }
    if dice.chance(80) {
      draft.world.earlier[piece.path] = piece
      piece.deployment.version = version
      if dice.chance(20) { piece.deployment.digest = World.digest(dice.chance(70) ? version : "other") }
      draft.world.put(piece)
    }
    draft.labels.append("evidence \(choice) of \(folder)")
  }
}
