import YAMLTree

/// A ModelRouting as it was written.
struct ModelRouting: Sendable {
  /// One route.
  struct Route: Sendable {
    var name: String?
    var version: Located<String>
    var weight: Int
  }

  var name: Located<String>?
  var modelName: Located<String>?
  var routes: [Route]
  /// Whether every route could be read.
  var isComplete: Bool
  /// Where the document begins.
  var mark: Mark

  /// The field paths of the schema, for documentation and for reading.
  enum Known {
    static let document = ["apiVersion", "kind", "metadata", "spec"]
    static let metadata = ["name", "namespace", "labels", "annotations"]
    static let spec = ["model_name", "routes", "traffic_splitting"]
    static let route = ["weight", "model_version", "name"]
    static let splitting = ["method", "header_name", "cookie_name"]
  }

  /// Reads a document whose kind is ModelRouting.
  static func read(_ node: Node, sink: ProblemSink) -> ModelRouting {
    let document = FieldReader(node, path: "", known: Known.document, sink: sink)
    let metadata = ManifestMetadata.read(document, known: Known.metadata)
    let spec = document?.mapping("spec", known: Known.spec)
    let modelName = spec?.string("model_name", required: false, checked(ModelName.problem(in:)))
    readSplitting(spec?.mapping("traffic_splitting", known: Known.splitting))
    var routing = ModelRouting(
      name: metadata.name, modelName: modelName, routes: [], isComplete: false, mark: node.mark)
    if let spec, let items = spec.list("routes") { routing.readRoutes(items, spec) }
    return routing
  }

  private mutating func readRoutes(_ items: [Node], _ spec: FieldReader) {
    let sink = spec.sink
    guard !items.isEmpty else {
      let mark = spec.pair("routes")?.value.mark ?? spec.node.mark
      return spec.report(sink.value, mark, "routes", "`spec.routes` is empty", fix: "write at least one route")
    }
    var names: [String: Int] = [:]
    var total = 0
    var weightsRead = true
    for (index, item) in items.enumerated() {
      let path = "spec.routes[\(index)]"
      guard let fields = FieldReader(item, path: path, known: Known.route, sink: sink) else {
        weightsRead = false
        continue
      }
      let weight = fields.integer("weight", in: 0...100)
      let version = fields.string("model_version", checked(SemanticVersion.problem(in:)))
      let name = fields.string("name", checked(DNSLabel.problem(in:)))
      if let name {
        if let first = names[name.value] {
          fields.report(
            sink.value, name.mark, "name", "`\(path).name` `\(name.value)` is also the name of `spec.routes[\(first)]`",
            fix: "give each route a name of its own")
        }
        names[name.value] = names[name.value] ?? index
      }
      if let weight { total += weight.value } else { weightsRead = false }
      if let weight, let version {
        routes.append(Route(name: name?.value, version: version, weight: weight.value))
      }
    }
    isComplete = routes.count == items.count
    if weightsRead, total != 100 {
      let mark = spec.pair("routes")?.keyMark ?? spec.node.mark
      spec.report(
        .routingWeights, mark, "routes", "the weights of `spec.routes` are \(total) together, not 100",
        fix: total < 100 ? "give \(100 - total) more to a route" : "take \(total - 100) away from a route")
    }
  }

  private static func readSplitting(_ fields: FieldReader?) {
    guard let fields, let method = fields.word("method", of: ["weight", "header", "cookie"]) else { return }
    switch method.value {
    case "header": _ = fields.string("header_name", checked(HeaderName.problem(in:)))
    case "cookie": _ = fields.string("cookie_name", checked(CookieName.problem(in:)))
    default: break
    }
    for (key, owner) in [("header_name", "header"), ("cookie_name", "cookie")] where method.value != owner {
      if let pair = fields.pair(key) {
        fields.report(
          fields.sink.schema, pair.keyMark, key, "`\(fields.field(key))` has no meaning with method `\(method.value)`",
          fix: "remove it, or set `method: \(owner)`")
      }
    }
  }
}
