import Testing

/// One change that has to be refused, in a table.
struct Refusal: Sendable, CustomTestStringConvertible {
  /// What the change does, as a sentence.
  var testDescription: String
  /// The checks that fail.
  var checks: [String]
  /// No others fail.
  var exactly = true
  /// What the first check's problem begins with.
  var place: String?
  /// The files that are written or removed.
  var changes: [String: String?]
  /// The modes of files that are not regular.
  var modes: [String: String] = [:]
  /// The past; nothing: people with the default policy.
  var files: [String: String]?
  /// The commit's message; nothing: with two approvals.
  var message: String?

  /// Creates a case from the files it writes.
  init(
    _ sentence: String, _ check: String, at place: String? = nil, _ changes: [String: String?],
    modes: [String: String] = [:], files: [String: String]? = nil, message: String? = nil
  ) {
    self.testDescription = sentence
    self.checks = [check]
    self.place = place
    self.changes = changes
    self.modes = modes
    self.files = files
    self.message = message
  }

  /// Creates a case from a deployment; the place is the first line that holds a needle.
  init(
    _ sentence: String, _ check: String, in deployment: Deployment, exactly: Bool = true, at needle: String? = nil,
    replacing: (String, String)? = nil, files: [String: String]? = nil, message: String? = nil
  ) {
    var text = deployment.yaml
    if let replacing { text = text.replacingOccurrences(of: replacing.0, with: replacing.1) }
    self.init(sentence, check, [deployment.path: text], files: files, message: message)
    self.exactly = exactly
    self.place = needle.map { EndToEndTests.place(deployment.path, of: $0, in: text) } ?? deployment.path
  }

  /// Makes the scene, pushes the change, and expects its refusal.
  func run(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let scene = try Scene(files ?? Fixtures.people())
    try scene.clone.commit(message ?? Fixtures.approved("Change"), changes, modes: modes)
    expectRefused(try scene.clone.checkAndPush(), checks, at: place, exactly: exactly, sourceLocation: sourceLocation)
  }
}
