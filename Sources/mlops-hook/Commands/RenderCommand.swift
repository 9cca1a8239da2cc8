import ArgumentParser
import ManifestCore

/// Renders what should run for another operator.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Render what should run in an environment as files for Kubernetes.",
    discussion: """
      Writes KServe's InferenceService and the Gateway API's HTTPRoute, the same bytes for the same commit. With \
      --commit-to, as a commit on a branch that Argo CD or Flux watches; the policy has to reserve it.

      Exit status: 0 rendered, 1 refused, 2 cannot say.

        mlops-hook render --env production --gateway models
        mlops-hook render --env production --gateway models \\
          --commit-to refs/heads/rendered/production --push
      """)

  @Option(help: "For whom: \(Render.Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Render.Format = .kserve
  @Option(help: ArgumentHelp("The environment.", valueName: "environment"), completion: .words(.environments))
  var env: String
  @Option(help: "The ref to read; otherwise the branch of HEAD, in a clone the host's as it was last fetched.")
  var ref: String?
  @Option(help: ArgumentHelp("Render this commit, not the ref's tip.", valueName: "commit"))
  var at: String?
  @Option(
    help: ArgumentHelp("The model format of versions that tell none by annotation or artifact.", valueName: "name"))
  var modelFormat: String?
  @Option(help: ArgumentHelp("The gateway that routes hang on.", valueName: "name"))
  var gateway: String?
  @Option(help: ArgumentHelp("The gateway's namespace.", valueName: "namespace"))
  var gatewayNamespace: String?
  @Option(help: ArgumentHelp("Give each route the host name NAME.DOMAIN.", valueName: "domain"))
  var domain: String?
  @Option(help: ArgumentHelp("Commit the files to this branch, by its full name.", valueName: "ref"))
  var commitTo: String?
  @Flag(help: "Push that branch, after a fetch.")
  var push = false
  @Option(help: ArgumentHelp("A folder that stands for the host's policy.", valueName: "dir"), completion: .directory)
  var policy: String?
  @OptionGroup var repository: RepositoryOptions

  func run() throws {
    var request = Render.Request()
    request.environment = env
    request.commit = at
    request.modelFormat = modelFormat
    request.gateway = gateway
    request.gatewayNamespace = gatewayNamespace
    request.domain = domain
    request.target = commitTo
    request.pushes = push
    request.clone.path = repository.path
    request.clone.ref = ref
    request.clone.policy = policy
    try finish {
      let answer = try Render.run(request, context: .live())
      for note in answer.notes { complain("note: " + note) }
      StandardStreams.writeOutput(answer.text)
      return answer.report
    }
  }
}

extension Render.Format: ExpressibleByArgument {}
