import ArgumentParser
import ManifestCore

/// Makes a promotion ready to be approved.
struct ProposeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "propose",
    abstract: "Propose a version for an environment, on a branch of its own.",
    discussion: """
      Sets the version in the manifest and nothing else, checks what the gate will check, and says who has to approve.

        mlops-hook propose churn --to staging --version v2.5.0 --promote
        mlops-hook propose churn --to production --push
        mlops-hook propose churn --to production --version v2.5.0 --weight 20
      """)

  @Argument(help: "The deployment's name.", completion: .words(.deployables))
  var name: String
  @Option(help: ArgumentHelp("The environment that it goes to.", valueName: "env"), completion: .words(.environments))
  var to: String
  @Option(name: .customLong("version"), help: ArgumentHelp("The version.", valueName: "version"))
  var proposed: String?
  @Option(
    help: ArgumentHelp("The environment whose version it is; the policy's promote_from otherwise.", valueName: "env"),
    completion: .words(.environments))
  var from: String?
  @Option(
    help: ArgumentHelp(
      "Give the version this share of the requests, as a canary; 0 ends it.", valueName: "percent"),
    transform: { text in
      let digits = text.hasSuffix("%") ? String(text.dropLast()) : text
      guard let number = Int(digits), (0...100).contains(number) else {
        throw ValidationError("a share is a whole number of percent from 0 to 99")
      }
      return number
    })
  var weight: Int?
  @Option(help: ArgumentHelp("The artifact whose digest the manifest names.", valueName: "path"))
  var artifact: String?
  @Option(help: ArgumentHelp("The registry of a model that stands nowhere yet.", valueName: "uri"))
  var registry: String?
  @Flag(help: "Propose it although another proposal changes the same deployment.")
  var beside = false
  @Flag(help: "Push the branch.")
  var push = false
  @Flag(help: "Promote it at once where nobody has to approve; else push the branch.")
  var promote = false
  @OptionGroup var clone: CloneFlags

  func run() throws {
    var request = Propose.Request()
    request.name = name
    request.environment = to
    request.version = proposed
    request.source = from
    request.weight = weight
    request.artifact = artifact
    request.registry = registry
    request.isBeside = beside
    request.pushes = push
    request.promotes = promote
    request.clone = clone.options
    try finish { try Propose.run(request, context: .live()) }
  }
}
