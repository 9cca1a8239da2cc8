import Foundation
import Glibc

/// A host that gitolite serves: a `HOME` of its own in the sandbox, with the scene's repository as `models`.
struct GitoliteScene {
  let scene: Scene
  /// The folder in which gitolite lives.
  let home: String
  var sandbox: GitSandbox { scene.sandbox }
  var clone: Clone { scene.clone }

  /// Who has a key, and the place of gitolite's programs.
  static let people = ["alice", "bob", "carol"]
  private static let shell = "/usr/share/gitolite3/gitolite-shell"

  /// What docs/install/gitolite.md says, as the user that gitolite runs as; `$1` is where our programs are.
  private static let setUp = """
    set -eu
    git config --global init.defaultBranch master
    mkdir -p local/hooks/repo-specific local/VREF
    gitolite print-default-rc 2>/dev/null >.gitolite.rc || test -s .gitolite.rc
    sed -i -e "s|^\\( *\\)# LOCAL_CODE *=> *\\"\\$ENV{HOME}/local\\",|\\1LOCAL_CODE => \\"\\$ENV{HOME}/local\\",|" \\
      -e "s|# 'repo-specific-hooks'|'repo-specific-hooks'|" \\
      -e "s|GIT_CONFIG_KEYS *=> *''|GIT_CONFIG_KEYS => '(receive\\|transfer\\|mlops)\\\\\\\\..*'|" .gitolite.rc
    ln -s "$1/pre-receive" local/hooks/repo-specific/mlops-pre-receive
    ln -s "$1/post-receive" local/hooks/repo-specific/mlops-post-receive
    ln -s "$1/update" local/VREF/mlops-update
    gitolite setup -pk "$2" 2>/dev/null
    """

  /// The repository's part of gitolite's configuration.
  static let models = """

    repo models
        RW+ refs/heads/release/   = alice
        RW  refs/heads/main       = alice
        RW  refs/heads/rendered/  = alice bob
        RW  refs/heads/topic/     = alice bob
        R                         = carol
        option hook.pre-receive   = mlops-pre-receive
        option hook.post-receive  = mlops-post-receive
        config receive.fsckObjects           = true
        config receive.advertisePushOptions  = true
        config transfer.hideRefs             = refs/mlops
        config receive.hideRefs              = refs/replace

    """

  /// Sets gitolite up, puts the repository into it, and configures it.
  ///
  /// - Parameters:
  ///   - files: what `main` holds.
  ///   - configuration: lines for the repository's part.
  ///   - byPush: whether the configuration is pushed, as administrators do; else it is put in its place, which is quicker.
  init(_ people: [String: String] = Fixtures.people(), configuration: String = "", byPush: Bool = false) throws {
    scene = try Scene(people, hooks: [])
    home = scene.sandbox.root + "/gitolite"
    try sandbox.run(["mkdir", home], in: sandbox.root)
    try sandbox.write("admin.pub", try Self.key("admin").open + "\n")
    try run(["/bin/sh", "-c", Self.setUp, "sh", GitSandbox.products, sandbox.root + "/admin.pub"])
    // The repository that has a past comes to gitolite, as one that is taken over does.
    try run(["mkdir", "-p", sandbox.host + "/hooks"])
    try run(["mv", sandbox.host, home + "/repositories/models.git"])
    symlink(home + "/repositories/models.git", sandbox.host)
    sandbox.environment["GIT_SSH_COMMAND"] = try forcedCommand()
    sandbox.environment["GIT_SSH_VARIANT"] = "simple"
    let files = byPush ? "admin" : "gitolite/.gitolite"
    if byPush { try cloneAdministration() }
    for name in Self.people { try sandbox.write("\(files)/keydir/\(name).pub", try Self.key(name).open + "\n") }
    let path = "\(files)/conf/gitolite.conf"
    let own = try String(contentsOfFile: "\(sandbox.root)/\(path)", encoding: .utf8)
    try sandbox.write(path, own + Self.models + configuration)
    if byPush { try pushAdministration("Add models") }
    // For the hooks of a repository that was there before.
    try gitolite("setup")
    act(as: "alice")
    try clone.git("config", "remote.origin.url", "git@gitolite:models")
  }

  /// Clones `gitolite-admin`, as its administrator.
  func cloneAdministration() throws {
    try sandbox.git(["clone", "--quiet", "git@gitolite:gitolite-admin", "admin"], in: sandbox.root)
  }

  /// Pushes all that was changed in the clone of `gitolite-admin`.
  func pushAdministration(_ message: String) throws {
    let folder = sandbox.root + "/admin"
    try sandbox.git(["add", "--all"], in: folder)
    try sandbox.git(["commit", "--quiet", "--allow-empty", "--message", message], in: folder)
    try sandbox.git(["push", "--quiet", "origin", "HEAD:master"], in: folder)
  }

  /// Somebody's key, made once for all tests.
  static func key(_ name: String) throws -> SSHKey {
    try SSHKey.of(["admin": "jun", "alice": "aiko", "bob": "ken", "carol": "omar"][name] ?? name)
  }

  /// Stands in the place of `ssh`, and does what `sshd` does for a key that gitolite wrote: its forced command.
  private func forcedCommand() throws -> String {
    let path = sandbox.root + "/forced-command"
    let script = """
      #!/bin/sh
      for command; do :; done
      exec env -i PATH="$PATH" HOME='\(home)' USER=git LOGNAME=git SHELL=/bin/sh GIT_CONFIG_NOSYSTEM=1 \
        SSH_CONNECTION='127.0.0.1 40000 127.0.0.1 22' SSH_ORIGINAL_COMMAND="$command" \
        \(Self.shell) "${GITOLITE_USER:-admin}"

      """
    try sandbox.run(
      ["/bin/sh", "-c", "cat >\"$0\" && chmod 755 \"$0\"", path], in: sandbox.root, input: Array(script.utf8))
    return path
  }

  /// Whose key pushes use from now on.
  func act(as name: String) { sandbox.environment["GITOLITE_USER"] = name }

  /// Runs a program as the user that gitolite runs as; it has to succeed.
  @discardableResult
  func run(_ command: [String], environment: [String: String] = [:]) throws -> Output {
    let own = ["HOME": home, "USER": "git", "GIT_CONFIG_GLOBAL": home + "/.gitconfig"]
    let output = try sandbox.run(command, in: home, environment: own.merging(environment) { $1 })
    guard output.status == 0 else { throw SceneError("\(command): \(output.status): \(output.err)\(output.out)") }
    return output
  }

  /// Runs `gitolite`.
  @discardableResult
  func gitolite(_ arguments: String...) throws -> Output { try run(["gitolite"] + arguments) }

  /// Asks the doctor, as the user that gitolite runs as.
  func doctor(_ arguments: String...) throws -> Output {
    try sandbox.mlops(
      ["doctor", "--repo", home + "/repositories/models.git"] + arguments, in: home,
      environment: ["HOME": home, "GIT_CONFIG_GLOBAL": home + "/.gitconfig"])
  }
}
