import ArgumentParser
import ManifestCore

/// Makes a model repository.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a model repository, with an example, a policy and a hook.",
    discussion: """
      What is there already is kept. Nobody approves their own change, so name
      two people at least.

        mlops-hook init models --approver 'Aiko Tanaka <aiko@example.com>' \\
          --approver 'Ken Mori <ken@example.com>'

      With --remote it is committed and pushed at once. With signed approvals each person's public key stands beside them:

        mlops-hook init models --remote git@git.example.com:models.git \\
          --signed --repository ml-platform/models \\
          --approver 'Aiko Tanaka <aiko@example.com>' --key aiko.pub \\
          --approver 'Ken Mori <ken@example.com>' --key ken.pub
      """)

  @Argument(help: "The folder, which may be new.")
  var dir = "."
  @Option(help: ArgumentHelp("The name of the example model.", valueName: "model"))
  var name = "example-model"
  @Option(
    help: ArgumentHelp(
      "Somebody who approves, as 'Name <e-mail>'; may be repeated. Without it: git's user.", valueName: "person"))
  var approver: [String] = []
  @Flag(help: "Let approvals count only with a signature by the approver's SSH key.")
  var signed = false
  @Option(help: ArgumentHelp("The repository's identity in signed approvals.", valueName: "id"))
  var repository: String?
  @Option(
    help: ArgumentHelp(
      "An approver's SSH public key, in the order of the approvers; may be repeated. For git's user: the key it signs with.",
      valueName: "file.pub"))
  var key: [String] = []
  @Option(help: ArgumentHelp("An empty repository that hosts it: it is committed and pushed there.", valueName: "url"))
  var remote: String?

  func run() throws {
    var request = Init.Request(folder: dir)
    request.model = name
    request.approvers = approver
    request.keys = key
    request.isSigned = signed
    request.repository = repository
    request.remote = remote
    try reporting { try Init.run(request, context: .live(), complain: complain) }
  }
}
