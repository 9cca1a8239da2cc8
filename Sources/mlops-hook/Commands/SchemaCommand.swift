import ArgumentParser
import ManifestCore

/// Prints the JSON Schema of manifests.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of manifests, for editors.",
    discussion: """
      An editor with a YAML language server shows it for a file that begins with
      `# yaml-language-server: $schema=` and its path; `init` writes both.

        mlops-hook schema > .mlops/schema/model-deployment.json
      """)

  func run() throws { StandardStreams.writeOutput(DeploymentSchema.text) }
}
