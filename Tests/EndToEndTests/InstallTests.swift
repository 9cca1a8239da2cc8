import Foundation
import Testing

/// What `install.sh` does to a prefix and to repositories, with the executables of this build.
@Suite struct InstallTests {
  @Test func installsProgramsAndHooksAsExecutableCopies() throws {
    let place = try Place()
    let repository = try place.bareRepository("a b:c.git")
    let run = try place.install("--repo", repository)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("0 branches recorded"), "\(run.output)")

    for program in [
      "bin/mlops-hook", "libexec/mlops-hook/pre-receive", "share/mlops-hook/policies/default/policy.yaml",
      "share/mlops-hook/policies/strict/policy.yaml",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(place.prefix)/\(program)"), "\(program)")
    }
    for hook in hookNames {
      let path = "\(repository)/hooks/\(hook)"
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.type] as? FileAttributeType == .typeRegular)
      #expect(attributes[.posixPermissions] as? Int == 0o755)
      #expect(
        FileManager.default.contentsEqual(atPath: path, andPath: "\(place.prefix)/libexec/mlops-hook/\(hook)"))
    }
    #expect(try place.config(repository, "receive.fsckObjects") == ["true"])
    #expect(try place.config(repository, "transfer.hideRefs") == ["refs/mlops"])
  }

  @Test func runningItAgainChangesNothing() throws {
    let place = try Place()
    let repository = try place.bareRepository("models.git")
    try place.git("config", "--file", "\(repository)/config", "transfer.hideRefs", "refs/hidden")
    try place.write("\(repository)/hooks/update", "#!/bin/sh\nexit 0\n")
    #expect(try place.install("--repo", repository).status == 0)
    let before = try place.snapshot(repository)
    let run = try place.install("--repo", repository)
    #expect(run.status == 0)
    #expect(run.output.contains("already holds"))
    #expect(try place.snapshot(repository) == before)
    #expect(try place.config(repository, "transfer.hideRefs") == ["refs/hidden", "refs/mlops"])
  }

  @Test func damagedProgramIsInstalledAgain() throws {
    let place = try Place()
    #expect(try place.install().status == 0)
    let hook = "\(place.prefix)/libexec/mlops-hook/pre-receive"
    try place.write(hook, "")
    let run = try place.install()
    #expect(!run.output.contains("already holds"))
    #expect(FileManager.default.contentsEqual(atPath: hook, andPath: "\(Place.build)/pre-receive"))
  }

  @Test func keepsAndRestoresHooksThatWereThere() throws {
    let place = try Place()
    let repository = try place.bareRepository("models.git")
    let own = "#!/bin/sh\n# \(place.root)\nexit 0\n"
    try place.write("\(repository)/hooks/pre-receive", own)
    try place.write("\(place.root)/shared-update", own)
    try FileManager.default.createSymbolicLink(
      atPath: "\(repository)/hooks/update", withDestinationPath: "../../shared-update")
    let before = try place.snapshot("\(repository)/hooks")

    #expect(try place.install("--repo", repository).status == 0)
    #expect(try place.read("\(repository)/hooks/pre-receive.d/pre-receive") == own)
    #expect(try place.read("\(repository)/hooks/update.d/update") == own)
    #expect(try place.read("\(repository)/hooks/pre-receive") == place.read("\(Place.source)/hooks/chain"))

    let run = try place.install("--uninstall", "--repo", repository)
    #expect(run.status == 0, "\(run.output)")
    #expect(try place.snapshot("\(repository)/hooks") == before)
    #expect(FileManager.default.fileExists(atPath: "\(place.prefix)/bin/mlops-hook"))
  }

  @Test func neverTakesAForeignHookForItsOwn() throws {
    let place = try Place()
    let repository = try place.bareRepository("models.git")
    #expect(try place.install("--repo", repository).status == 0)
    try place.write("\(repository)/hooks/pre-receive", "#!/bin/sh\nexit 0\n")
    let run = try place.install("--uninstall", "--repo", repository)
    #expect(run.output.contains("is not ours"))
    #expect(try place.read("\(repository)/hooks/pre-receive") == "#!/bin/sh\nexit 0\n")
    #expect(!FileManager.default.fileExists(atPath: "\(repository)/hooks/update"))
  }

  @Test func hookThatNeverRanDoesNotBeginTo() throws {
    let place = try Place()
    let repository = try place.bareRepository("models.git")
    try place.write("\(repository)/hooks/pre-receive", "#!/bin/sh\nexit 1\n", mode: 0o644)
    let before = try place.snapshot("\(repository)/hooks")
    #expect(try place.install("--repo", repository).status == 0)
    #expect(!FileManager.default.fileExists(atPath: "\(repository)/hooks/pre-receive.d"))
    #expect(try place.install("--uninstall", "--repo", repository).status == 0)
    #expect(try place.snapshot("\(repository)/hooks") == before)
  }

  @Test func refusesAHookThatRunsItsFolderItself() throws {
    let place = try Place()
    let repository = try place.bareRepository("models.git")
    try place.write("\(repository)/hooks/pre-receive", "#!/bin/sh\nfor h in \"$0\".d/*; do \"$h\"; done\n")
    try place.write("\(repository)/hooks/pre-receive.d/host", "#!/bin/sh\n")
    let run = try place.install("--repo", repository)
    #expect(run.status == 1)
    #expect(run.output.contains("seems to run what lies there itself"))
    #expect(try place.read("\(repository)/hooks/pre-receive").contains("for h in"))
  }

  @Test func refusesWhatIsNoRepositoryAndDoesTheRest() throws {
    let place = try Place()
    let empty = "\(place.root)/empty"
    try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: false)
    let repository = try place.bareRepository("models.git")
    let run = try place.install("--repo", empty, "--repo=\(repository)")
    #expect(run.status == 1)
    #expect(run.output.contains("`\(empty)` is not a git repository"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: empty).isEmpty)
    #expect(FileManager.default.fileExists(atPath: "\(repository)/hooks/pre-receive"))
  }

  @Test func templateMakesRepositoriesBornWithTheGate() throws {
    let place = try Place()
    #expect(try place.install("--template", "\(place.root)/template").status == 0)
    let repository = "\(place.root)/born.git"
    try place.git("init", "-q", "--bare", "--template=\(place.root)/template", repository)
    for hook in hookNames {
      #expect(FileManager.default.isExecutableFile(atPath: "\(repository)/hooks/\(hook)"))
    }
    #expect(try place.config(repository, "transfer.hideRefs") == ["refs/mlops"])
    #expect(try place.install("--uninstall", "--repo", repository).status == 0)
    #expect(!FileManager.default.fileExists(atPath: "\(repository)/hooks/pre-receive"))
  }

  @Test(arguments: ["SHA-256", "reftable", "work tree"])
  func warnsOfRepositoriesThatAreNotAsTheyShouldBe(warning: String) throws {
    let place = try Place()
    let repository = "\(place.root)/odd"
    switch warning {
    case "SHA-256": try place.git("init", "-q", "--bare", "--object-format=sha256", repository)
    case "work tree": try place.git("init", "-q", repository)
    default:
      try place.git("init", "-q", "--bare", repository)
      try place.git("config", "--file", "\(repository)/config", "core.repositoryFormatVersion", "1")
      try place.git("config", "--file", "\(repository)/config", "extensions.refStorage", "reftable")
    }
    let run = try place.install("--repo", repository)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("warning: ") && run.output.contains(warning))
    let hooks = warning == "work tree" ? "\(repository)/.git/hooks" : "\(repository)/hooks"
    #expect(FileManager.default.isExecutableFile(atPath: "\(hooks)/pre-receive"))
  }

  @Test func goesWhereGitReallyLooks() throws {
    let place = try Place()
    let repository = try place.bareRepository("models.git")
    try place.git("config", "--file", "\(repository)/config", "core.hooksPath", "\(place.root)/shared hooks")
    let run = try place.install("--repo", repository)
    #expect(run.output.contains("core.hooksPath is set"))
    #expect(FileManager.default.isExecutableFile(atPath: "\(place.root)/shared hooks/pre-receive"))
    #expect(!FileManager.default.fileExists(atPath: "\(repository)/hooks/pre-receive"))

    let linked = try place.bareRepository("linked.git")
    try FileManager.default.removeItem(atPath: "\(linked)/hooks")
    try FileManager.default.createDirectory(atPath: "\(place.root)/elsewhere", withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: "\(linked)/hooks", withDestinationPath: "\(place.root)/elsewhere")
    #expect(try place.install("--repo", linked).output.contains("is a link to"))
    #expect(FileManager.default.isExecutableFile(atPath: "\(place.root)/elsewhere/update"))
  }

  @Test func uninstallRemovesTheProgramsAndNothingElse() throws {
    let place = try Place()
    #expect(try place.install().status == 0)
    try place.write("\(place.prefix)/share/mlops-hook/policies/ours/policy.yaml", "kept")
    #expect(try place.install("--uninstall").status == 0)
    let left = try FileManager.default.subpathsOfDirectory(atPath: place.prefix).filter {
      !$0.hasPrefix("share") && $0 != "bin" && $0 != "libexec"
    }
    #expect(left.isEmpty, "\(left)")
    #expect(try place.read("\(place.prefix)/share/mlops-hook/policies/ours/policy.yaml") == "kept")
  }

  private static let completions = [
    "share/bash-completion/completions/mlops-hook", "share/zsh/site-functions/_mlops-hook",
    "share/fish/vendor_completions.d/mlops-hook.fish",
  ]

  @Test func completionIsInstalledForThreeShellsAndGoesAgain() throws {
    let place = try Place()
    #expect(try place.install().status == 0)
    for (file, word) in zip(Self.completions, ["complete -o", "#compdef mlops-hook", "complete -c"]) {
      let text = try place.read("\(place.prefix)/\(file)")
      #expect(text.contains(word) && text.contains("register"), "\(file)")
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(place.prefix)/\(file)")
      #expect(attributes[.posixPermissions] as? Int == 0o644)
    }
    try place.write("\(place.prefix)/share/zsh/site-functions/_other", "kept")
    let before = try place.snapshot(place.prefix)
    #expect(try place.install().status == 0)
    #expect(try place.snapshot(place.prefix) == before)
    let run = try place.install("--uninstall")
    #expect(run.status == 0 && !run.output.contains("warning:"), "\(run.output)")
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: "\(place.prefix)/share").sorted() == [
        "zsh", "zsh/site-functions", "zsh/site-functions/_other",
      ])
  }

  @Test func completionForBashCompletesAVerb() throws {
    let place = try Place()
    #expect(try place.install().status == 0)
    let script = """
      . '\(place.prefix)/\(Self.completions[0])'
      COMP_WORDS=(mlops-hook reg) COMP_CWORD=1 COMP_LINE='mlops-hook reg' COMP_POINT=14
      _mlops-hook mlops-hook reg mlops-hook 2>/dev/null; printf '%s\\n' "${COMPREPLY[@]}"
      """
    let run = try place.run("/bin/bash", ["-c", script])
    #expect(run.output == "register\n", "\(run.output)")
  }

  @Test(arguments: [["--frobnicate"], ["--repo"], ["--repo", ""], ["--prefix="]])
  func misuseIsStatusTwo(arguments: [String]) throws {
    #expect(try Place().run("\(Place.source)/install.sh", arguments).status == 2)
  }
}

/// The shim that runs a repository's own hooks before the gate.
@Suite struct ChainTests {
  /// A hooks folder with the shim as `hook` and a gate that notes what it read.
  private func chain(_ hook: String, in place: Place) throws -> String {
    let hooks = "\(place.root)/hooks"
    try place.write("\(hooks)/\(hook)", place.read("\(Place.source)/hooks/chain"))
    try place.write("\(hooks)/mlops-hook/\(hook)", noting("gate", in: place))
    return hooks
  }

  /// A hook that notes its name, arguments and how many bytes it read.
  private func noting(_ name: String, in place: Place, status: Int = 0) -> String {
    "#!/bin/sh\necho \(name) \"$@\" $(wc -c) >>'\(place.root)/notes'\nexit \(status)\n"
  }

  @Test func everyHookReadsAllOfTheInputInOrderOfNames() throws {
    let place = try Place()
    let hooks = try chain("pre-receive", in: place)
    try place.write("\(hooks)/pre-receive.d/b", noting("b", in: place))
    try place.write("\(hooks)/pre-receive.d/B", noting("B", in: place))
    try place.write("\(hooks)/pre-receive.d/a deaf one", "#!/bin/sh\nexit 0\n")
    try place.write("\(hooks)/pre-receive.d/c~", noting("backup", in: place, status: 1))
    try place.write("\(hooks)/pre-receive.d/d", noting("not executable", in: place, status: 1), mode: 0o644)
    let line = String(repeating: "0", count: 40) + " " + String(repeating: "a", count: 40) + " refs/heads/main\n"
    let input = String(repeating: line, count: 100_000)
    #expect(try place.run("\(hooks)/pre-receive", ["x", "y z"], input: input).status == 0)
    let count = input.utf8.count
    #expect(try place.read("\(place.root)/notes") == "B x y z \(count)\nb x y z \(count)\ngate x y z \(count)\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(place.root)/tmp").isEmpty)
  }

  @Test(arguments: [("pre-receive", 7, 1, "a 3\n"), ("update", 7, 1, "a 0\n"), ("post-receive", 7, 0, "a 3\ngate 3\n")])
  func firstRefusalEndsItSaveInPostReceive(hook: String, own: Int, status: Int32, notes: String) throws {
    let place = try Place()
    let hooks = try chain(hook, in: place)
    try place.write("\(hooks)/\(hook).d/a", noting("a", in: place, status: own))
    #expect(try place.run("\(hooks)/\(hook)", [], input: "abc").status == status)
    #expect(try place.read("\(place.root)/notes") == notes)
  }

  @Test(arguments: ["missing", "empty", "not executable", "refusing", "killed", "no room"])
  func whateverGoesWrongRefuses(what: String) throws {
    let place = try Place()
    let hooks = try chain("pre-receive", in: place)
    let gate = "\(hooks)/mlops-hook/pre-receive"
    var environment: [String: String] = [:]
    switch what {
    case "missing": try FileManager.default.removeItem(atPath: gate)
    case "empty": try place.write(gate, "")
    case "not executable": try place.write(gate, "#!/bin/sh\n", mode: 0o644)
    case "refusing": try place.write(gate, "#!/bin/sh\nexit 200\n")
    case "killed": try place.write(gate, "#!/bin/sh\nkill -9 $$\n")
    default: environment["TMPDIR"] = "\(place.root)/nowhere"
    }
    #expect(try place.run("\(hooks)/pre-receive", [], input: "x", environment: environment).status == 1)
  }
}

private let hookNames = ["pre-receive", "update", "post-receive"]

/// A temporary folder with a prefix and repositories, isolated from this machine's git configuration.
private final class Place {
  /// The folder; removed with this value.
  let root: String
  /// Where `install.sh` installs.
  var prefix: String { "\(root)/prefix" }

  /// The package's folder.
  static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The folder of this build's executables.
  static let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path

  init() throws {
    root = NSTemporaryDirectory() + "mlops-hook-tests." + UUID().uuidString
    try FileManager.default.createDirectory(atPath: "\(root)/tmp", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// Runs a program to its end; its output and errors together.
  func run(
    _ program: String, _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: root)
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": root, "TMPDIR": "\(root)/tmp",
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
    ].merging(environment) { $1 }
    let number = UUID().uuidString
    try write("\(root)/\(number).in", input, mode: 0o600)
    FileManager.default.createFile(atPath: "\(root)/\(number).out", contents: nil)
    let output = try #require(FileHandle(forWritingAtPath: "\(root)/\(number).out"))
    process.standardInput = try #require(FileHandle(forReadingAtPath: "\(root)/\(number).in"))
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    let text = try read("\(root)/\(number).out")
    try FileManager.default.removeItem(atPath: "\(root)/\(number).in")
    try FileManager.default.removeItem(atPath: "\(root)/\(number).out")
    return (process.terminationStatus, text)
  }

  /// Runs `install.sh` with this build's executables and this place's prefix.
  func install(_ arguments: String...) throws -> (status: Int32, output: String) {
    try run("\(Self.source)/install.sh", ["--prefix", prefix, "--from", Self.build] + arguments)
  }

  /// Runs git, which must succeed.
  @discardableResult func git(_ arguments: String...) throws -> String {
    let result = try run("/usr/bin/env", ["git"] + arguments)
    try #require(result.status == 0, "\(result.output)")
    return result.output
  }

  /// Makes a bare repository and returns its path.
  func bareRepository(_ name: String) throws -> String {
    try git("init", "-q", "--bare", "\(root)/\(name)")
    return "\(root)/\(name)"
  }

  /// All values of a key in a repository's own configuration.
  func config(_ repository: String, _ key: String) throws -> [String] {
    try git("config", "--file", "\(repository)/config", "--get-all", key).split(separator: "\n").map(String.init)
  }

  /// Writes a file, and the folders above it.
  func write(_ path: String, _ text: String, mode: Int = 0o755) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if mode & 0o111 != 0 {
      // By a process of its own: a descriptor of ours could be inherited by another test's child, and a file that anybody
      // has open for writing cannot be executed.
      let result = try run(
        "/bin/sh", ["-c", "cat > \"$0\" && chmod \"$1\" \"$0\"", path, String(mode, radix: 8)], input: text)
      try #require(result.status == 0, "\(result.output)")
      return
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  /// A file's text.
  func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  /// Every file of a folder with its kind, mode, link and checksum.
  func snapshot(_ folder: String) throws -> String {
    try run("/usr/bin/env", ["find", folder, "-printf", "%P %y %m %l\\n", "-type", "f", "-exec", "cksum", "{}", "+"])
      .output.split(separator: "\n").sorted().joined(separator: "\n")
  }
}
