import GitObjects
import YAMLTree

/// What one file below `deployments/` holds, whatever its path.
final class ManifestFile: Sendable {
  /// The deployment, if the file holds one.
  let deployment: ModelDeployment?
  /// The routings, in the order of the file.
  let routings: [ModelRouting]
  /// What is wrong with it.
  let problems: [SourceProblem]
  /// Whether the file could be read as manifests at all: nothing is missing from what is modelled.
  let isReadable: Bool
  /// The size of the blob.
  let size: Int

  init(deployment: ModelDeployment?, routings: [ModelRouting], problems: [SourceProblem], isReadable: Bool, size: Int) {
    self.deployment = deployment
    self.routings = routings
    self.problems = problems
    self.isReadable = isReadable
    self.size = size
  }

  /// What keeping it costs in memory, in bytes, about.
  var cost: Int {
    let metrics = deployment?.criteria?.metrics.count ?? 0
    let approvers = deployment?.criteria?.approvers.count ?? 0
    let routes = routings.reduce(0) { $0 + 300 + 100 * $1.routes.count }
    return 1000 + size / 2 + 400 * metrics + 80 * approvers + routes + 400 * problems.count
  }

  /// The largest manifest, policy or evidence that is read, in bytes.
  static let maximumBytes = 1 << 20

  /// A file that is not read, for one reason.
  static func unreadable(_ check: CheckName, _ message: String, fix: String) -> ManifestFile {
    let problem = SourceProblem(check: check, mark: nil, field: nil, message: message, fix: fix)
    return ManifestFile(deployment: nil, routings: [], problems: [problem], isReadable: false, size: 0)
  }

  /// Reads a manifest file.
  static func read(_ bytes: UnsafeRawBufferPointer) -> ManifestFile {
    var documents = ManifestDocuments()
    return read(bytes, documents: &documents)
  }

  /// Reads a manifest file, and gives its documents too, for whoever needs both of it.
  static func read(_ bytes: UnsafeRawBufferPointer, documents: inout ManifestDocuments) -> ManifestFile {
    documents = ManifestDocuments(size: bytes.count)
    if LFSPointer.looksLikeOne(bytes) {
      return unreadable(
        .manifestSyntax, "the file is a git-lfs pointer, not a manifest",
        fix: "take `deployments/` out of `.gitattributes`, then `git add --renormalize` the file")
    }
    let stream = YAMLReader.read(bytes)
    let sink = ProblemSink(schema: .manifestSchema, value: .manifestValue)
    for problem in stream.problems { sink.report(problem, syntax: .manifestSyntax) }
    var deployment: ModelDeployment?
    var routings: [ModelRouting] = []
    for document in stream.documents {
      switch ManifestKind.read(document, sink: sink) {
      case .deployment:
        documents.deployment = documents.deployment ?? document
        let read = ModelDeployment.read(document, sink: sink)
        if deployment != nil {
          sink.report(
            .manifestLocation, document.mark, field: nil, "a second ModelDeployment in one file",
            fix: "give it a file of its own: `deployments/<environment>/<name>.yaml`")
        } else {
          deployment = read
        }
      case .routing:
        documents.routings.append(document)
        routings.append(ModelRouting.read(document, sink: sink))
      case nil: break
      }
    }
    let schemaBroken = sink.problems.contains { $0.check != .routingWeights }
    return ManifestFile(
      deployment: deployment, routings: routings, problems: sink.problems, isReadable: !schemaBroken, size: bytes.count)
  }
}

/// The documents of a manifest file as they were written, for comparing what is not modelled.
///
/// A tree of nodes takes many times the memory of what is modelled, so it is read again by whoever needs it.
struct ManifestDocuments: Sendable {
  var deployment: Node?
  /// The routings, in the order of the file.
  var routings: [Node] = []
  /// The size of the file, as a measure of what keeping it costs.
  var size = 0

  /// What keeping it costs in memory, in bytes, about.
  var cost: Int { size * 4 + 500 }

  /// Reads a manifest file that has been judged.
  static func read(_ bytes: UnsafeRawBufferPointer) -> ManifestDocuments {
    var found = ManifestDocuments(size: bytes.count)
    guard !LFSPointer.looksLikeOne(bytes) else { return found }
    let sink = ProblemSink(schema: .manifestSchema, value: .manifestValue)
    for document in YAMLReader.read(bytes).documents {
      switch ManifestKind.read(document, sink: sink) {
      case .deployment: found.deployment = found.deployment ?? document
      case .routing: found.routings.append(document)
      case nil: break
      }
    }
    return found
  }
}

extension ProblemSink {
  /// Records a problem of the text itself.
  func report(_ problem: TextProblem, syntax: CheckName) {
    let check: CheckName
    switch problem.kind {
    case .syntax, .limit: check = syntax
    case .duplicateKey: check = syntax == .manifestSyntax ? .manifestDuplicateKey : syntax
    case .unsupported: check = syntax == .manifestSyntax ? .manifestUnsupported : syntax
    }
    report(check, problem.mark, field: nil, problem.message, fix: problem.fix)
  }
}

/// The kinds of manifests.
enum ManifestKind: String {
  case deployment = "ModelDeployment"
  case routing = "ModelRouting"

  /// The kind of a document; nil, with a problem, where it is another.
  static func read(_ document: Node, sink: ProblemSink) -> ManifestKind? {
    guard let pairs = document.mapping, !pairs.isEmpty else {
      sink.report(
        sink.schema, document.mark, field: nil,
        "the document is \(document.mapping == nil ? document.words : "an empty mapping"), not a manifest",
        fix: "write `apiVersion: mlops/v1` and `kind: ModelDeployment` or `kind: ModelRouting`")
      return nil
    }
    // The reader of the kind itself checks the other fields.
    let sinkOfHeader = ProblemSink(schema: sink.schema, value: sink.value)
    guard let fields = FieldReader(document, path: "", known: [], sink: sinkOfHeader) else { return nil }
    let version = fields.string("apiVersion")
    let kind = fields.string("kind")
    for problem in sinkOfHeader.problems {
      sink.report(problem.check, problem.mark, field: problem.field, problem.message, fix: problem.fix)
    }
    if let version, version.value != "mlops/v1" {
      sink.report(
        sink.schema, version.mark, field: "apiVersion", "`apiVersion` is `\(Text.cut(version.value))`, not `mlops/v1`",
        fix: "write `apiVersion: mlops/v1`")
    }
    guard let kind else { return nil }
    if let known = ManifestKind(rawValue: kind.value) { return known }
    let names = [ManifestKind.deployment.rawValue, ManifestKind.routing.rawValue]
    let near = Suggestion.nearest(to: kind.value, among: names)
    sink.report(
      sink.schema, kind.mark, field: "kind", "`kind` is `\(Text.cut(kind.value))`, not \(Text.list(names, "or"))",
      fix: near.map { "did you mean `\($0)`?" } ?? "only manifests stand below `deployments/`")
    return nil
  }
}
