import Foundation
import Testing

/// What the command line says about itself, and how it looks on a terminal.
@Suite struct HelpTests {
  /// The verbs that the root's help lists.
  private static let verbs: [String] = {
    guard let sandbox = try? GitSandbox(hooks: []), let help = try? sandbox.mlops(["--help"], in: sandbox.root) else {
      return []
    }
    let lines = help.out.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "SUBCOMMANDS:") else { return [] }
    return lines[(start + 1)...].prefix { !$0.isEmpty }.compactMap { line in
      guard line.hasPrefix("  "), line.dropFirst(2).first != " " else { return nil }
      return line.split(separator: " ").first.map(String.init)
    }
  }()

  @Test func theRootListsTheVerbs() {
    for verb in ["init", "register", "check", "explain", "schema", "render", "emit", "doctor"] {
      #expect(Self.verbs.contains(verb), "\(verb) in \(Self.verbs)")
    }
  }

  @Test(arguments: verbs) func everyVerbShowsAnExample(verb: String) throws {
    let sandbox = try GitSandbox(hooks: [])
    let help = try sandbox.mlops([verb, "--help"], in: sandbox.root)
    #expect(help.status == 0 && help.err.isEmpty, "\(help.err)")
    let lines = help.out.split(separator: "\n", omittingEmptySubsequences: false)
    let overview = lines.prefix { !$0.isEmpty }.joined(separator: " ")
    #expect(overview.hasPrefix("OVERVIEW: ") && overview.hasSuffix(".") && overview.count <= 100, "\(overview)")
    let usage = try #require(lines.firstIndex { $0.hasPrefix("USAGE: ") })
    let discussion = lines[..<usage]
    let examples = discussion.indices.filter {
      discussion[$0].hasPrefix(" ") && discussion[$0].drop { $0 == " " }.hasPrefix("mlops-hook \(verb)")
    }
    #expect(!examples.isEmpty, "\(help.out)")
    // A line that was too long would go on at the margin, and could not be copied.
    for index in examples {
      let next = discussion[index + 1]
      #expect(next.isEmpty || next.hasPrefix("  "), "\(discussion[index]) goes on: \(next)")
    }
  }

  @Test func misuseIsStatusTwoAndHelpIsNone() throws {
    let sandbox = try GitSandbox(hooks: [])
    #expect(try sandbox.mlops(["frobnicate"], in: sandbox.root).status == 2)
    #expect(try sandbox.mlops([], in: sandbox.root).status == 0)
    #expect(try sandbox.mlops(["help", "check"], in: sandbox.root).status == 0)
    #expect(try sandbox.mlops(["--version"], in: sandbox.root).out.hasPrefix("0."))
    // A forgotten option is not answered with our own version.
    let forgotten = try sandbox.mlops(["propose", "x", "--version", "v1.1.0"], in: sandbox.root)
    #expect(forgotten.status == 2 && forgotten.out.isEmpty && forgotten.err.contains("--to"), "\(forgotten.out)")
  }

  @Test(
    arguments: [
      (["promot", "x"], "there is no verb `promot`", "did you mean `mlops-hook promote`?"),
      (["frobnicate"], "there is no verb `frobnicate`", "`mlops-hook --help` lists them"),
      (["propose", "churn"], "missing expected argument '--to <env>'", "`mlops-hook propose --help` says more"),
      (["check", "--frob"], "unknown option '--frob'", "usage: mlops-hook check"),
      (["check", "--format", "jsn"], "the value 'jsn' is invalid", "`mlops-hook check --help` says more"),
      (["check", "--all", "--staged"], "choose one of --range", "`mlops-hook check --help` says more"),
    ]) func misuseReadsLikeEveryOtherMessage(arguments: [String], message: String, hint: String) throws
  {
    let sandbox = try GitSandbox(hooks: [])
    let output = try sandbox.mlops(arguments, in: sandbox.root)
    #expect(output.status == 2 && output.out.isEmpty)
    #expect(output.err.hasPrefix("error: " + message), "\(output.err)")
    #expect(output.err.contains("\nhint: " + hint), "\(output.err)")
  }

  @Test(arguments: [
    ["check", "--all"], ["status"], ["history", "segmentation"], ["replay", "--policy", "host-policy"], ["doctor"],
    ["render", "--env", "production", "--model-format", "onnx"], ["emit"],
    ["register", "segmentation", "v7.0.0", "--metric", "a=1"],
    ["propose", "segmentation", "--to", "production", "--version", "v9.0.0"], ["approve", "x"], ["promote", "x"],
    ["rollback", "segmentation", "--env", "production", "--reason", "x"],
  ]) func everyVerbTakesTheRepositoryInBothSpellings(arguments: [String]) throws {
    let scene = try Scene()
    try scene.sandbox.hostPolicy(Fixtures.people()["policies/policy.yaml"] ?? "", approvers: nil)
    var here = arguments
    here.append(contentsOf: arguments[0] == "register" ? ["--repo-dir", "."] : [])
    try scene.clone.git("reset", "--quiet", "--hard", "main")
    let inside = try scene.sandbox.run(
      ["sh", "-c", "cd clone && exec \"$@\"", "sh", GitSandbox.products + "/mlops-hook"] + here,
      in: scene.sandbox.root)
    for spelling in ["-C", "--repo"] {
      try scene.clone.git("clean", "--quiet", "--force", "-d")
      let outside = try scene.sandbox.mlops(arguments + [spelling, scene.clone.path], in: scene.sandbox.root)
      #expect(outside.status == inside.status || arguments[0] == "replay", "\(outside.err)\(inside.err)")
      #expect(!outside.err.contains("no git repository") && !outside.err.contains("unknown option"), "\(outside.err)")
    }
  }

  @Test(arguments: [("bash", "complete -o"), ("zsh", "#compdef mlops-hook"), ("fish", "complete -c")])
  func completionScriptsAreWritten(shell: String, word: String) throws {
    let sandbox = try GitSandbox(hooks: [])
    let output = try sandbox.mlops(["--generate-completion-script", shell], in: sandbox.root)
    #expect(output.status == 0 && output.err.isEmpty, "\(output.err)")
    #expect(output.out.contains(word))
    for verb in Self.verbs { #expect(output.out.contains(verb), "\(verb)") }
  }

  // MARK: Colour

  private static let escape: UInt8 = 0x1b

  /// Runs the command on a terminal of its own, and gives what appears there.
  private func onTerminal(_ scene: Scene, _ arguments: String, _ environment: [String: String] = [:]) throws -> String {
    // `script` of util-linux gives the program a terminal, and copies what it shows.
    let command = "'\(GitSandbox.products)/mlops-hook' \(arguments)"
    return try scene.sandbox.run(
      ["script", "--quiet", "--return", "--command", command, "/dev/null"], in: scene.clone.path,
      environment: ["TERM": "xterm", "SHELL": "/bin/sh"].merging(environment) { $1 }
    ).out
  }

  private func refusedScene() throws -> Scene {
    let scene = try Scene()
    try scene.clone.commit("Evil", [Deployment().path: Deployment(version: "v9.0.0").yaml])
    try scene.clone.git("reset", "--quiet", "--hard", "main")
    return scene
  }

  @Test func aTerminalShowsColour() throws {
    let scene = try refusedScene()
    let refused = try onTerminal(scene, "check")
    #expect(refused.contains("\u{1b}[1;31merror:\u{1b}[0m "), "\(refused)")
    #expect(refused.contains("\u{1b}[2mhint:\u{1b}[0m "), "\(refused)")
    let fine = try onTerminal(scene, "check \(Fixtures.evidencePath("v1.0.0"))")
    #expect(fine.contains("\u{1b}[32mfine:\u{1b}[0m "), "\(fine)")
    let misuse = try onTerminal(scene, "explain metric/tresholt")
    #expect(misuse.contains("\u{1b}[1;31merror:\u{1b}[0m "), "\(misuse)")
  }

  @Test(arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
  func whoeverWantsNoColourGetsNone(environment: [String: String]) throws {
    let scene = try refusedScene()
    let refused = try onTerminal(scene, "check", environment)
    #expect(refused.contains("error: "), "\(refused)")
    #expect(!refused.utf8.contains(Self.escape), "\(refused)")
  }

  @Test func anEmptyNoColorIsNone() throws {
    #expect(try onTerminal(refusedScene(), "check", ["NO_COLOR": ""]).utf8.contains(Self.escape))
  }

  @Test func aPipeNeverSeesColour() throws {
    let scene = try refusedScene()
    for arguments in [
      ["check"], ["check", "--format", "json"], ["explain", "metric/tresholt"], ["doctor"], ["init", "x"],
    ] {
      let output = try scene.sandbox.mlops(arguments, in: scene.clone.path, environment: ["TERM": "xterm"])
      #expect(!output.standardOutput.contains(Self.escape) && !output.standardError.contains(Self.escape))
      #expect(!output.standardOutput.isEmpty || !output.standardError.isEmpty)
    }
  }

  @Test func otherFormatsAreNeverColoured() throws {
    let scene = try refusedScene()
    for format in ["json", "sarif", "junit", "github", "gitlab"] {
      #expect(!(try onTerminal(scene, "check --format \(format)").utf8.contains(Self.escape)), "\(format)")
    }
  }
}
