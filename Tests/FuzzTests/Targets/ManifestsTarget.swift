@testable import ManifestCore
@testable import YAMLTree

/// YAML as such, and manifests.
enum ManifestsTarget {
  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    var documents = ManifestDocuments()
    let file = input.withUnsafeBytes { ManifestFile.read($0, documents: &documents) }
    try Shown.check(file.problems, in: input)
    if !file.isReadable { try promise(!file.problems.isEmpty, "a file that cannot be read has no problem") }
    if file.problems.isEmpty {
      try promise(file.deployment != nil || !file.routings.isEmpty, "a file without a manifest has no problem")
      try check(file)
    }
    try yaml(input)
    if file.problems.isEmpty { try edit(input) }
  }

  /// What is accepted keeps to the grammars.
  private static func check(_ file: ManifestFile) throws(BrokenPromise) {
    if let deployment = file.deployment {
      guard let name = deployment.name, let environment = deployment.environment,
        let version = deployment.model.version,
        let model = deployment.model.name, deployment.model.registry != nil, let criteria = deployment.criteria
      else { throw BrokenPromise(description: "a deployment without its fields has no problem") }
      try promise(DNSLabel.problem(in: name.value) == nil, "the name \(name.value)")
      try promise(DNSLabel.problem(in: environment.value) == nil, "the environment \(environment.value)")
      try promise(SemanticVersion.problem(in: version.value) == nil, "the version \(version.value)")
      try promise(ModelName.problem(in: model.value) == nil, "the model \(model.value)")
      try promise(
        criteria.approvalRequired?.value == false || !criteria.approvers.isEmpty, "an approval by nobody is required")
    }
    for routing in file.routings {
      try promise(routing.isComplete && !routing.routes.isEmpty, "a routing without its routes has no problem")
      try promise(routing.routes.reduce(0) { $0 + $1.weight } == 100, "weights that are not 100")
      try promise(Set(routing.routes.map(\.name)).count == routing.routes.count, "two routes of one name")
    }
  }

  /// YAML that is accepted keeps to the limits, knows its places, and means the same in JSON.
  private static func yaml(_ input: [UInt8]) throws(BrokenPromise) {
    let stream = YAMLReader.read(input)
    try promise(stream.problems.count <= 50, "\(stream.problems.count) problems")
    var places = TextPlaces(input)
    for problem in stream.problems { try places.check(problem.mark) }
    guard stream.problems.isEmpty else { return }
    try promise(!stream.documents.isEmpty && stream.starts.count == stream.documents.count, "no document, no problem")
    var count = 0
    for document in stream.documents {
      try places.check(document)
      let size = TextPlaces.size(document)
      try promise(size.depth <= 32, "\(size.depth) deep")
      count += size.count
      try plain(document, input)
      try promise(document.hasSameValue(as: document), "a document is not itself")
    }
    try promise(count <= 10_000, "\(count) values")
  }

  /// A plain scalar on one line is what stands there.
  private static func plain(_ node: Node, _ input: [UInt8]) throws(BrokenPromise) {
    switch node.content {
    case .scalar(let scalar):
      let raw = input[node.mark.offset..<node.end]
      guard scalar.style == .plain, !raw.contains(10) else { return }
      try promise(raw.elementsEqual(scalar.text.utf8), "`\(scalar.text)` stands as `\(Text.show(raw))`")
    case .sequence(let items): for item in items { try plain(item, input) }
    case .mapping(let pairs): for pair in pairs { try plain(pair.value, input) }
    }
  }

  /// A version that is written in place changes that version alone.
  private static func edit(_ input: [UInt8]) throws(BrokenPromise) {
    guard var editor = try? ManifestEditor(input), let index = editor.index(of: .deployment) else { return }
    let path: [NodeStep] = [.key("spec"), .key("model"), .key("version")]
    let text: [UInt8]
    do throws(ManifestEditor.Problem) {
      try editor.set(path, of: index, to: "v90.80.70")
      text = try editor.result()
    } catch {
      return try promise(!error.message.isEmpty, "no reason")
    }
    let file = text.withUnsafeBytes { ManifestFile.read($0) }
    try promise(file.deployment?.model.version?.value == "v90.80.70", "an edit without its effect")
    try promise(file.problems.isEmpty, "an edit breaks a sound file")
  }
}
