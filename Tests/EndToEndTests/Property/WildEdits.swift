/// Edits that mostly break a rule, and sometimes only look as if they did.
struct WildEdits {
  let dice: Dice
  let setting: Setting

  /// Makes one wild edit.
  func edit(_ draft: inout Draft) {
    switch dice.below(100) {
    case 0..<30: value(&draft)
    case 30..<38: line(&draft)
    case 38..<44: tail(&draft)
    case 44..<47: whole(&draft)
    case 47..<57: place(&draft)
    case 57..<63: routing(&draft)
    case 63..<75: WildEvidence(dice: dice).published(&draft)
    case 75..<88: WildEvidence(dice: dice).new(&draft)
    case 88..<96: WildPolicies(dice: dice).edit(&draft)
    default: look(&draft)
    }
  }

  private func target(_ draft: Draft) -> (path: String, text: String)? {
    dice.pickIfAny(draft.world.manifests.sorted { $0.key < $1.key }).map { ($0.key, $0.value) }
  }

  private func value(_ draft: inout Draft) {
    guard let (path, text) = target(draft) else { return }
    let fields = WildTexts.values.filter { text.contains("\($0.field): ") }
    guard let (field, values) = dice.pickIfAny(fields) else { return }
    let value = dice.pick(values)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let hits = lines.indices.filter { lines[$0].contains("\(field): ") }
    guard let index = dice.pickIfAny(hits), let colon = lines[index].range(of: "\(field): ") else { return }
    lines[index] = String(lines[index][..<colon.upperBound]) + value
    if dice.chance(6) { lines.remove(at: index) }
    if dice.chance(6) { lines[index] = lines[index].replacing(field, with: String(field.dropLast())) }
    if dice.chance(6) { lines.insert(lines[index], at: index) }
    draft.world.files[path] = lines.joined(separator: dice.chance(4) ? "\r\n" : "\n")
    draft.labels.append("\(path): \(field): \(value.prefix(80))")
  }

  private func line(_ draft: inout Draft) {
    guard let (path, text) = target(draft) else { return }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let line = dice.pick(WildTexts.lines)
    lines.insert(line, at: dice.below(lines.count))
    draft.world.files[path] = lines.joined(separator: "\n")
    draft.labels.append("\(path): line \(line)")
  }

  private func tail(_ draft: inout Draft) {
    guard let (path, text) = target(draft) else { return }
    let tail = dice.pick(WildTexts.tails)
    draft.world.files[path] = text + tail
    draft.labels.append("\(path): tail \(tail.prefix(40))")
  }

  private func whole(_ draft: inout Draft) {
    guard let (path, text) = target(draft) else { return }
    let new =
      dice.chance(20) ? String(text.prefix(dice.below(text.count))) : dice.pick(WildTexts.wholes)
    draft.world.files[path] = dice.chance(4) ? text + "#" + String(repeating: "x", count: 1 << 20) : new
    draft.labels.append("\(path): whole \(new.prefix(40))")
  }

  /// A file at a place, or of a mode, where none belongs.
  private func place(_ draft: inout Draft) {
    guard let (path, text) = target(draft) else { return }
    let stem = String(path.dropLast(".yaml".count))
    let folder = path.split(separator: "/").dropLast().joined(separator: "/")
    let places = [
      "\(stem).yml", "\(stem).YAML", "deployments/loose.yaml", "\(folder)/deep/x.yaml", "\(stem.uppercased()).yaml",
      path.uppercased(), "Deployments/production/x.yaml", "deployments/Production/x.yaml",
      "deployments/production/x.txt",
      "deployments/production/README.md", "deployments/.gitkeep", "deployments/production/a\nb.yaml",
      "deployments/production/\u{1b}[31mx.yaml", "deployments/qa/x.yaml", "policies/extra.yaml", "models/stray.txt",
      "models/segmentation/stray", "deployments/production/.hidden.yaml", "deployments/production/-x.yaml", "Models/x",
      "deployments/production/e\u{301}.yaml", "configs/x.yaml", "deployments/production/README.md/x.yaml",
      "deployments/production/ .yaml", "deployments/production/.yaml", "policies/README.md", "deploymentſ/x",
    ]
    switch dice.below(10) {
    case 0..<6:
      let place = dice.pick(places)
      draft.world.files[place] = text
      draft.labels.append("place \(place)")
    case 6:
      draft.world.modes[path] = dice.pick(["120000", "100755"])
      draft.labels.append("mode of \(path)")
    case 7:
      draft.world.modes[path] = "160000"
      draft.world.files[path] = String(repeating: "12", count: 20)
      draft.labels.append("submodule \(path)")
    case 8 where dice.chance(30):
      let root = dice.pick(["deployments", "policies"])
      draft.world.files = draft.world.files.filter { !$0.key.hasPrefix(root + "/") }
      draft.world.files[root] = "no folder\n"
      draft.labels.append("file \(root)")
    default:
      let new = "\(folder)/moved\(dice.below(100)).yaml"
      draft.world.files[path] = nil
      draft.world.files[new] = text
      draft.labels.append("move \(path) to \(new)")
    }
  }

  private func routing(_ draft: inout Draft) {
    guard var piece = dice.pickIfAny(draft.world.pieces) else { return }
    let versions = ["v1.0.0", "v1.1.0", "v1.2.0", "v9.0.0", "v8.8.8", piece.deployment.version]
    piece.routes = (0..<(1 + dice.below(3))).map { index in
      Route(weight: dice.below(101), version: dice.pick(versions), name: dice.chance(90) ? "r\(index)" : "r0")
    }
    if dice.chance(70), let last = piece.routes.indices.last {
      piece.routes[last].weight = 100 - piece.routes.dropLast().reduce(0) { $0 + $1.weight }
    }
    piece.isInline = dice.chance(50)
    piece.method = dice.pick(["weight", "weight", "header", "cookie", "wait"])
    piece.extra = dice.chance(50) ? "" : "    \(piece.method)_name: \(dice.pick(["X-Y", "a b", "\"\""]))\n"
    draft.world.put(piece)
    if dice.chance(25) {
      // A second routing, one without a deployment, or one of another's name.
      let name = dice.pick(["\(piece.deployment.name)-b", "lonely-ab", "\(piece.deployment.name)ab", "ranking-ab-c"])
      draft.world.files["deployments/\(piece.deployment.environment)/\(name).yaml"] = Fixtures.routing(
        name: dice.chance(80) ? name : "x", routes: [("100", dice.pick(versions), "only")],
        extra: dice.chance(20) ? "  model_name: churn\n" : "")
    }
    draft.labels.append("wild routing of \(piece.path)")
  }

  /// Another deployment that looks like one that is there.
  private func look(_ draft: inout Draft) {
    guard var piece = dice.pickIfAny(draft.world.pieces) else { return }
    draft.world.counter += 1
    piece.deployment.name = "\(piece.deployment.name)-y\(draft.world.counter)"
    piece.routes = []
    if dice.chance(20) { piece.deployment.namespace = dice.pick([nil, "other"]) }
    if dice.chance(20) { piece.deployment.required = false }
    if dice.chance(20) { piece.deployment.environment = dice.pick(["qa", "dev", "production"]) }
    draft.world.put(piece)
    draft.labels.append("twin \(piece.path)")
  }
}
