import YAMLTree

/// Reads a file of kind ReconcileTargets.
///
/// Every key is known and checked; none is passed over.
package struct TargetsReader {
  /// Why a file cannot be used, with each place.
  package struct Invalid: Error {
    /// One line for each problem, `path:line:column: what`, with what to do.
    package var problems: [(text: String, fix: String?)]
  }

  private let sink = ProblemSink(schema: .manifestSchema, value: .manifestValue)

  /// Notes a problem of a value.
  func report(_ mark: Mark, field: String, _ message: String, fix: String) {
    sink.report(.manifestValue, mark, field: field, message, fix: fix)
  }

  /// Reads the file at `path`.
  package static func read(_ path: String) throws(Invalid) -> Targets {
    func invalid(_ text: String, _ fix: String) -> Invalid { Invalid(problems: [(text, fix)]) }
    switch SafeFiles.read(path, maximum: 1 << 20) {
    case .content(let content):
      let targets = try read(content, path)
      let missing = missingPrograms(targets)
      guard missing.isEmpty else {
        throw Invalid(problems: missing.map { ("\(Text.cut(path)): \($0.text)", $0.fix) })
      }
      return targets
    case .notThere:
      throw invalid("there is no `\(Text.cut(path))`", "write one: docs/reconciler.md shows how")
    default:
      throw invalid(
        "`\(Text.cut(path))` cannot be read", "make it a regular file of at most 1 MiB that this user can read")
    }
  }

  /// Reads a text.
  package static func read(_ content: [UInt8], _ path: String) throws(Invalid) -> Targets {
    let reader = TargetsReader()
    let stream = content.withUnsafeBytes { YAMLReader.read($0) }
    for problem in stream.problems { reader.sink.report(problem, syntax: .manifestSyntax) }
    if stream.documents.count > 1 {
      reader.sink.report(
        .manifestSchema, stream.documents[1].mark, field: nil, "a second document in the file",
        fix: "keep one document a file")
    }
    var targets: Targets?
    if let node = stream.documents.first, stream.problems.isEmpty { targets = reader.targets(node) }
    if stream.documents.isEmpty, stream.problems.isEmpty {
      reader.sink.report(.manifestSchema, nil, field: nil, "the file is empty", fix: "docs/reconciler.md shows one")
    }
    guard let targets, reader.sink.problems.isEmpty else {
      throw Invalid(
        problems: reader.sink.problems.map { problem in
          let place = problem.mark.map { ":\($0.line):\($0.column)" } ?? ""
          return ("\(Text.cut(path))\(place): \(problem.message)", problem.fix)
        })
    }
    return targets
  }

  private func targets(_ node: Node) -> Targets? {
    let known = ["environments"]
    guard let document = PolicyReader.header(node, kind: "ReconcileTargets", sink: sink),
      let spec = document.mapping("spec", known: known), let map = spec.mapping("environments", known: [])
    else { return nil }
    let name = document.node["metadata"]?["name"]?.scalar?.text ?? ""
    return Targets(name: name, environments: map.allPairs.compactMap { environment($0.key, map) })
  }

  private func environment(_ name: String, _ map: FieldReader) -> Targets.Environment? {
    if let problem = DNSLabel.problem(in: name), let pair = map.pair(name) {
      sink.report(
        .manifestValue, pair.keyMark, field: map.field(Text.cut(name)), "`\(Text.cut(name))`: \(problem.message)",
        fix: problem.fix)
    }
    guard let fields = map.mapping(name, known: ["endpoints", "drift", "registry"]),
      let items = fields.list("endpoints")
    else { return nil }
    var environment = Targets.Environment(name: name, endpoints: [])
    var places: [(endpoint: Targets.Endpoint, mark: Mark, field: String)] = []
    for (index, item) in items.enumerated() {
      guard var endpoint = endpoint(item, "\(fields.path).endpoints[\(index)]") else { continue }
      endpoint.environment = name
      places.append((endpoint, item.mark, "\(fields.path).endpoints[\(index)]"))
      if environment.endpoints.contains(where: { $0.name == endpoint.name }) {
        sink.report(
          .manifestValue, item.mark, field: "\(fields.path).endpoints[\(index)].name",
          "a second endpoint of the name `\(Text.cut(endpoint.name))`", fix: "give each a name of its own")
      }
      environment.endpoints.append(endpoint)
    }
    checkPlaces(places)
    if items.isEmpty {
      fields.report(
        .manifestValue, fields.node.mark, "endpoints", "`\(fields.field("endpoints"))` is empty",
        fix: "name at least one place where deployments run")
    }
    if fields.pair("drift") != nil { environment.drift = drift(fields) }
    if fields.pair("registry") != nil,
      let registry = fields.mapping("registry", known: ["files", "s3_command", "ca_file", "max_bytes"])
    {
      environment.registry.files = (registry.strings("files", required: false) ?? []).map(\.value)
      environment.registry.s3Command = program("s3_command", registry, required: false)
      environment.registry.caFile = registry.string("ca_file", required: false)?.value
      if let maximum = registry.integer("max_bytes", required: false, in: 1...(1 << 50)) {
        environment.registry.maxBytes = Int64(maximum.value)
      }
      for file in environment.registry.files where !Self.isRelative(file) {
        registry.report(
          .manifestValue, registry.node.mark, "files", "`\(Text.cut(file))` is not a path below a version's folder",
          fix: "write it without `..` and a leading `/`")
      }
    }
    return environment
  }

  /// Whether a path stays below the folder that it begins in.
  package static func isRelative(_ path: String) -> Bool {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return !path.isEmpty
      && parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
      && !path.utf8.contains(0)
  }

  private func drift(_ fields: FieldReader) -> Targets.DriftSource? {
    guard let drift = fields.mapping("drift", known: ["prometheus", "query", "command", "allow_insecure"]) else {
      return nil
    }
    var source = Targets.DriftSource()
    source.allowsInsecure = drift.bool("allow_insecure", required: false)?.value ?? false
    let hasServer = drift.pair("prometheus") != nil
    source.prometheus = address("prometheus", drift, required: false, allowsInsecure: source.allowsInsecure)
    source.query = query(drift, required: hasServer)
    source.command = program("command", drift, required: !hasServer)
    if hasServer, !source.command.isEmpty {
      drift.report(
        .manifestSchema, drift.node.mark, "command", "`\(fields.field("drift"))` names Prometheus and a command",
        fix: "keep one of them")
    }
    return source
  }

  /// The keys that every endpoint may have.
  private static let common = ["name", "adapter", "deployments"]

  private static func keys(of adapter: Targets.Adapter) -> [String] {
    switch adapter {
    case .directory: ["path", "keep", "reload", "health", "ready_seconds"]
    case .openInference:
      ["url", "server", "path", "implementation", "ready_seconds", "keep", "allow_insecure"]
    case .nginx: ["config", "program", "main_config", "listen", "url", "path", "reload", "health"]
    case .command: ["command", "ready_seconds", "lease"]
    }
  }

  private func endpoint(_ node: Node, _ path: String) -> Targets.Endpoint? {
    guard let loose = FieldReader(node, path: path, known: [], sink: sink),
      let word = loose.word("adapter", of: Targets.Adapter.allCases.map(\.rawValue)),
      let adapter = Targets.Adapter(rawValue: word.value),
      let fields = FieldReader(node, path: path, known: Self.common + Self.keys(of: adapter), sink: sink),
      let name = fields.string("name", checked(DNSLabel.problem(in:)))
    else { return nil }
    var endpoint = Targets.Endpoint(name: name.value, adapter: adapter)
    // A server holds what it keeps in memory; a folder does not.
    if adapter != .directory { endpoint.keep = 0 }
    if let names = fields.strings("deployments", required: false) { endpoint.deployments = names.map(\.value) }
    endpoint.path = folder("path", fields, required: adapter == .directory || adapter == .openInference)
    if let keep = fields.integer("keep", required: false, in: 0...100) { endpoint.keep = keep.value }
    if let seconds = fields.integer("ready_seconds", required: false, in: 1...86_400) {
      endpoint.readySeconds = seconds.value
    }
    endpoint.reload = program("reload", fields, required: false)
    endpoint.command = program("command", fields, required: adapter == .command)
    endpoint.allowsInsecure = fields.bool("allow_insecure", required: false)?.value ?? false
    endpoint.url = address(
      "url", fields, required: adapter == .openInference || adapter == .nginx,
      allowsInsecure: endpoint.allowsInsecure || adapter == .nginx)
    endpoint.lease = folder("lease", fields, required: false)
    if adapter == .openInference {
      endpoint.server = fields.word("server", of: ["mlserver", "triton"])?.value
      endpoint.implementation = fields.string("implementation", required: false)?.value
    }
    if adapter == .nginx {
      endpoint.config = folder("config", fields, required: true)
      endpoint.program = folder("program", fields, required: false)
      endpoint.mainConfig = folder("main_config", fields, required: false)
      endpoint.listen = fields.string("listen", checked(ServerAddress.listenProblem(in:)))?.value
    }
    endpoint.health = health(fields)
    return endpoint
  }

  /// An absolute path: a service has no folder of its own.
  private func folder(_ key: String, _ fields: FieldReader, required: Bool) -> String? {
    guard let path = fields.string(key, required: required) else { return nil }
    guard path.value.utf8.first == UInt8(ascii: "/") else {
      fields.report(
        .manifestValue, path.mark, key, "`\(fields.field(key))` is not an absolute path", fix: "begin it with `/`")
      return nil
    }
    return path.value
  }

  /// A program by its absolute path, with its arguments: there is no shell in between.
  func program(_ key: String, _ fields: FieldReader, required: Bool) -> [String] {
    guard let words = fields.strings(key, required: required), let first = words.first else { return [] }
    if first.value.utf8.first != UInt8(ascii: "/") {
      fields.report(
        .manifestValue, first.mark, key, "`\(fields.field(key))` does not begin with an absolute path",
        fix: "write it as `[/usr/bin/program, argument]`; no shell reads it")
    }
    return words.map(\.value)
  }
}
