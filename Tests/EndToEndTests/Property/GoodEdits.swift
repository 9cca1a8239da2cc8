/// Edits that keep the rules: pushes of these alone are mostly accepted.
struct GoodEdits {
  let dice: Dice
  let setting: Setting

  /// Makes one good edit.
  func edit(_ draft: inout Draft) {
    let choice = dice.below(100)
    switch choice {
    case 0..<24: promote(&draft)
    case 24..<32: scale(&draft)
    case 32..<46: publish(&draft)
    case 46..<60: route(&draft)
    case 60..<66: rollBack(&draft)
    case 66..<70: add(&draft)
    case 70..<74: remove(&draft)
    case 74..<78: rename(&draft)
    case 78..<82: refresh(&draft)
    case 82..<87: changePolicy(&draft)
    case 87..<90: retire(&draft)
    default: docs(&draft)
    }
  }

  private func piece(_ draft: Draft) -> Deployed? {
    dice.pickIfAny(draft.world.pieces.filter { !isFrozen($0.deployment.environment, draft.base) })
  }

  private func isFrozen(_ environment: String, _ world: World) -> Bool {
    setting.shapes(environment, world).contains { $0.freeze?.contains("2120") == true }
  }

  /// A version that the deployment may take.
  private func nextVersion(_ piece: Deployed, _ draft: Draft) -> String? {
    let deployment = piece.deployment
    let good = draft.world.versions[deployment.model, default: []].filter { version in
      draft.world.files[Fixtures.evidencePath(version, model: deployment.model)] != nil
    }
    let staged = setting.shapes(deployment.environment, draft.base).compactMap(\.promoteFrom)
    if !staged.isEmpty {
      let stage = draft.base.deployed["deployments/staging/\(deployment.name).yaml"]
      return stage.map(\.deployment.version).flatMap { good.contains($0) ? $0 : nil }
    }
    return dice.pickIfAny(good.filter { $0 != deployment.version })
  }

  private func promote(_ draft: inout Draft) {
    guard var piece = piece(draft) else { return docs(&draft) }
    if setting.shapes(piece.deployment.environment, draft.base).contains(where: { $0.promoteFrom != nil }),
      dice.chance(60),
      let staged = draft.world.pieces.first(where: {
        $0.deployment.environment == "staging" && $0.deployment.name == piece.deployment.name
      })
    {
      piece = staged
    }
    if setting.shapes(piece.deployment.environment, draft.base).contains(where: { $0.weightStep != nil }),
      dice.chance(80)
    {
      return route(&draft)
    }
    guard let version = nextVersion(piece, draft), version != piece.deployment.version else { return scale(&draft) }
    draft.labels.append("promote \(piece.path) to \(version)")
    draft.world.earlier[piece.path] = piece
    piece.deployment.version = version
    if piece.deployment.digest != nil || digestWanted(piece, draft) { piece.deployment.digest = World.digest(version) }
    if !piece.routes.isEmpty {
      piece.routes = dice.chance(50) ? [] : [Route(weight: 100, version: version, name: "primary")]
    }
    draft.world.put(piece)
  }

  private func digestWanted(_ piece: Deployed, _ draft: Draft) -> Bool {
    dice.chance(15) || setting.shapes(piece.deployment.environment, draft.base).contains { $0.digestRequired }
  }

  private func scale(_ draft: inout Draft) {
    guard var piece = piece(draft) else { return docs(&draft) }
    draft.labels.append("scale \(piece.path)")
    piece.deployment.replicas = String(1 + dice.below(9))
    if dice.chance(30) { piece.deployment.cpu = dice.pick(["\"2\"", "500m", "4"]) }
    if dice.chance(20) {
      piece.deployment.metrics[0].1 = dice.pick(["\">0.45\"", "\">0.46\"", "\">=baseline-0.02\"", "\">0.45, <1\""])
    }
    if digestWanted(piece, draft) { piece.deployment.digest = World.digest(piece.deployment.version) }
    draft.world.put(piece)
  }

  private func publish(_ draft: inout Draft) {
    let model = dice.pick(World.models)
    draft.world.counter += 1
    let version = "v2.\(draft.world.counter).\(dice.below(1000))"
    draft.labels.append("publish \(model) \(version)")
    draft.world.publish(
      model, version, silhouette: dice.pick(["0.47", "0.471", "0.5", "4.7e-1"]),
      latency: dice.pick(["\"87ms\"", "\"0.087s\"", "{\"value\": 87, \"unit\": \"ms\"}"]))
  }

  private func route(_ draft: inout Draft) {
    guard var piece = piece(draft) else { return docs(&draft) }
    let version = nextVersion(piece, draft) ?? piece.deployment.version
    draft.labels.append("route \(piece.path)")
    let share = dice.pick([0, 10, 20, 30, 30, 50])
    let current = piece.routes.first { $0.version == version && $0.name == "candidate" }?.weight ?? 0
    let step = setting.shapes(piece.deployment.environment, draft.base).compactMap(\.weightStep).min()
    let weight = step.map { min(100, current + min($0, share)) } ?? share
    piece.routes = [
      Route(weight: 100 - weight, version: piece.deployment.version, name: "primary"),
      Route(weight: weight, version: version, name: "candidate"),
    ]
    if dice.chance(15) { piece.routes = [] }
    piece.isInline = dice.chance(50)
    piece.method = dice.pick(["weight", "header", "cookie"])
    piece.extra = piece.method == "weight" ? "" : "    \(piece.method)_name: X-Experiment\n"
    draft.world.put(piece)
  }

  private func rollBack(_ draft: inout Draft) {
    guard let piece = piece(draft), let earlier = draft.world.earlier[piece.path] else { return scale(&draft) }
    draft.labels.append("roll back \(piece.path)")
    var back = piece
    back.deployment.version = earlier.deployment.version
    back.deployment.digest = earlier.deployment.digest
    back.routes = earlier.routes
    back.isInline = earlier.isInline
    back.method = earlier.method
    back.extra = earlier.extra
    draft.world.earlier[piece.path] = nil
    draft.world.put(back)
    if dice.chance(40) { draft.message = "Roll back\n" }
  }

  private func add(_ draft: inout Draft) {
    let environment = dice.pick(["staging", "dev", "production"])
    guard let model = dice.pickIfAny(World.models), !isFrozen(environment, draft.base) else { return docs(&draft) }
    draft.world.counter += 1
    let name = "\(model)-x\(draft.world.counter)"
    draft.labels.append("add \(environment)/\(name)")
    var made = World.deployment(name, environment)
    made.model = model
    if setting.shapes(environment, draft.base).contains(where: { $0.digestRequired }) {
      made.digest = World.digest(made.version)
    }
    draft.world.put(Deployed(deployment: made))
  }

  private func remove(_ draft: inout Draft) {
    guard let piece = piece(draft), piece.deployment.name.contains("-x") || dice.chance(30) else { return docs(&draft) }
    draft.labels.append("remove \(piece.path)")
    draft.world.remove(piece)
  }

  private func rename(_ draft: inout Draft) {
    guard let piece = piece(draft), piece.deployment.environment != "production" || dice.chance(40) else {
      return docs(&draft)
    }
    draft.labels.append("rename \(piece.path)")
    draft.world.counter += 1
    draft.world.remove(piece)
    var renamed = piece
    renamed.deployment.name = "\(piece.deployment.model)-x\(draft.world.counter)"
    draft.world.put(renamed)
  }

  private func refresh(_ draft: inout Draft) {
    guard let piece = piece(draft), let text = draft.world.files[piece.path] else { return docs(&draft) }
    draft.labels.append("comment in \(piece.path)")
    draft.world.files[piece.path] = "# seen \(dice.below(10_000))\n" + text
  }

  private func changePolicy(_ draft: inout Draft) {
    guard draft.world.policy != nil else {
      if dice.chance(15) {
        draft.labels.append("first policy")
        draft.world.setPolicy(.random(dice, isHost: false))
      } else {
        docs(&draft)
      }
      return
    }
    draft.labels.append("change policy")
    if dice.chance(70) {
      draft.world.setPolicy(.random(dice, isHost: false))
    } else {
      draft.world.files["policies/approvers.yaml"] = Fixtures.directory + "# \(dice.below(1000))\n"
    }
  }

  private func retire(_ draft: inout Draft) {
    let named = Set(
      draft.world.pieces.flatMap { piece in
        ([piece.deployment.version] + piece.routes.map(\.version)).map { "models/\(piece.deployment.model)/\($0)/" }
      })
    let folders = Set(
      draft.world.files.keys.filter { $0.hasPrefix("models/") && $0.hasSuffix("/metadata.json") }
        .map { String($0.dropLast("metadata.json".count)) })
    guard let folder = dice.pickIfAny(folders.subtracting(named).sorted()) else { return docs(&draft) }
    draft.labels.append("retire \(folder)")
    for path in draft.world.files.keys where path.hasPrefix(folder) { draft.world.files[path] = nil }
  }

  func docs(_ draft: inout Draft) {
    draft.labels.append("docs")
    draft.world.files["docs/note.md"] = "note \(dice.below(1_000_000))\n"
    if dice.chance(30) { draft.world.files["deployments/README.md"] = "read \(dice.below(1_000_000))\n" }
  }
}
