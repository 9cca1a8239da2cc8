import YAMLTree

/// What a reconciler said of an environment, as it was pushed to `refs/mlops-observed/<environment>`.
///
/// Whoever may push that ref can write anything there: it is told, and nothing is decided by it.
struct ObservedState {
  /// One deployment as it runs.
  struct Deployment {
    /// Its name.
    var name: String
    /// The version that runs.
    var version: String?
    /// `ok`, `progressing` or `failed`.
    var status: String
    /// Since when.
    var since: Timestamp?
    /// Why it is not as it should be.
    var error: String?
    /// How far what comes in is from what the model was trained on, in JSON's grammar; nil where it is not known.
    var drift: String?
  }

  /// The last pass; nil where there was none.
  var passed: Timestamp?
  /// The commit that was applied.
  var applied: String?
  /// Why the whole environment is not as it should be.
  var error: String?
  /// What runs, by name.
  var deployments: [Deployment]

  /// The seconds after which it says too little of now.
  static let maximumAge: Int64 = 3600
  /// What a deployment can be.
  private static let known = ["ok", "progressing", "failed"]

  /// Reads what a reconciler wrote; throws a sentence on what cannot be read.
  static func read(_ content: [UInt8], environment: String) throws(Unreadable) -> ObservedState {
    let limits = TextLimits(maximumBytes: maximumBytes, maximumNodes: 1_000_000)
    let (node, problems) = JSONReader.read(content, limits: limits)
    guard let node, problems.isEmpty, node.mapping != nil else {
      let problem = problems.first.map { "line \($0.mark.line): \($0.message)" } ?? "it is no object"
      throw Unreadable(message: "`\(fileName)` is not what a reconciler writes: \(problem)")
    }
    guard let schema = node["schema"]?.scalar, schema.style == .plain, schema.text == "1" else {
      throw Unreadable(message: "`\(fileName)` is of a schema that is not known here")
    }
    guard text(node["environment"]) == environment else {
      throw Unreadable(message: "`\(fileName)` is of another environment")
    }
    guard let items = node["deployments"]?.sequence else {
      throw Unreadable(message: "`\(fileName)` lists no deployments")
    }
    let deployments = try items.map { item throws(Unreadable) in
      guard let name = text(item["name"]), let status = text(item["status"]), known.contains(status) else {
        throw Unreadable(message: "`\(fileName)` has a deployment without a name, or with an unknown status")
      }
      let version = text(item["version"])
      // The score of another version says nothing of this one.
      let drift = item["drift"].flatMap { text($0["version"]) == version ? number($0["score"]) : nil }
      return Deployment(
        name: name, version: version, status: status, since: time(item["since"]), error: text(item["error"]),
        drift: drift)
    }
    let refused = node["refused"].flatMap { text($0["commit"]) }.map {
      "\(String($0.unicodeScalars.prefix(10))) got past the gate and is not applied"
    }
    return ObservedState(
      passed: time(node["passed"]), applied: text(node["applied"]), error: refused ?? text(node["error"]),
      deployments: deployments)
  }

  /// The file's name.
  static let fileName = "observed.json"
  /// The most bytes that are read of it.
  static let maximumBytes = 8 << 20

  /// Why it cannot be told.
  struct Unreadable: Error {
    /// A sentence.
    var message: String
  }

  /// A text as it may be shown; nil where there is none.
  private static func text(_ node: Node?) -> String? {
    guard let scalar = node?.scalar, scalar.style != .plain else { return nil }
    return Text.cut(scalar.text)
  }

  private static func number(_ node: Node?) -> String? {
    // What is plain in JSON is a number or one of three words.
    guard let scalar = node?.scalar, scalar.style == .plain, let first = scalar.text.utf8.first else { return nil }
    return first.isDigit || first == UInt8(ascii: "-") ? Text.cut(scalar.text) : nil
  }

  private static func time(_ node: Node?) -> Timestamp? { text(node).flatMap { try? Timestamp($0) } }
}
