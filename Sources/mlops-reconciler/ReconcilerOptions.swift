import ArgumentParser
import GitObjects
import Logging
import ManifestCore
import Reconciliation

/// What every verb of the operator is told.
struct ReconcilerOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where the repository is: whatever git can fetch from.", valueName: "url"))
  var repository: String
  @Option(help: ArgumentHelp("The environment.", valueName: "env"))
  var environment: String
  @Option(help: ArgumentHelp("The file that says where deployments run.", valueName: "file"))
  var targets: String
  @Option(
    help: ArgumentHelp(
      "The folder of the copy and of what is known; /var/lib/mlops-reconciler/<environment> otherwise.",
      valueName: "dir"))
  var state: String?
  @Option(
    help: ArgumentHelp(
      "The branch; the one that was followed so far, or the HEAD of the repository, otherwise.", valueName: "ref"))
  var ref: String?
  @Option(
    help: ArgumentHelp(
      "A commit that you have looked at: what stands there is taken, and what follows is judged. For histories that are older than the gate.",
      valueName: "commit"))
  var trust: String?
  @Option(help: ArgumentHelp("A folder that stands for the host's policy.", valueName: "dir"))
  var policy: String?
  @Flag(help: "Let one pass take away more than a fifth of the deployments.")
  var allowMassDelete = false
  @Option(help: ArgumentHelp("The pause after a first failure; it doubles.", valueName: "seconds"))
  var retrySeconds: Int64 = 10
  @Flag(help: "Publish what runs as refs/mlops-observed/<environment>, for `mlops-hook status`.")
  var publish = false
  @OptionGroup var log: LogOptions

  func validate() throws {
    if let problem = DNSLabel.problem(in: environment) { throw ValidationError("--environment: \(problem.message)") }
    guard trust.map({ ObjectID(hex: $0.utf8) != nil }) ?? true else {
      throw ValidationError("--trust is a commit by all its 40 digits: `git rev-parse main` shows them")
    }
    guard (0...3600).contains(retrySeconds) else { throw ValidationError("--retry-seconds is from 0 to 3600") }
  }

  /// The state's folder.
  var folder: String { state ?? "/var/lib/mlops-reconciler/\(environment)" }

  /// The reconciler; with `isDry` for looking alone, beside one that runs.
  func reconciler(interval: Int = 60, isDry: Bool = false) throws -> Reconciler {
    var options = Reconciler.Options(remote: repository, environment: environment, state: folder)
    options.ref = ref
    options.trusted = trust.flatMap { ObjectID(hex: $0.utf8) }
    options.policy = policy
    options.allowsMassDelete = allowMassDelete
    options.publishes = publish
    options.interval = interval
    options.retrySeconds = retrySeconds
    return try Reconciler(
      options, targets: TargetsReader.read(targets), logger: log.logger, holder: isDry ? "" : Reconciler.own(folder))
  }
}
