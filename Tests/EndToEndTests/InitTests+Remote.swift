import Foundation
import Testing

/// `mlops-hook init --remote`, and whose key signs.
extension InitTests {
  private static let people = [
    "--approver", "Dev <dev@example.com>", "--approver", "Ken Mori <ken@example.com>",
  ]

  private func start(_ sandbox: GitSandbox, _ arguments: String...) throws -> Output {
    try sandbox.mlops(["init"] + arguments + Self.people, in: sandbox.root)
  }

  private func isThere(_ sandbox: GitSandbox, _ path: String) -> Bool {
    FileManager.default.fileExists(atPath: sandbox.root + "/" + path)
  }

  @Test("with --remote it stands there at once, and what was heard of the gate is not guessed") func published() throws
  {
    let sandbox = try GitSandbox()
    let output = try start(sandbox, "models", "--name", "churn", "--remote", "host.git")
    #expect(output.status == 0 && output.err.contains("hint: first push: form, evidence"), "\(output.err)")
    #expect(!output.out.contains("note:"), "\(output.out)")
    #expect(
      output.out.hasSuffix(
        "next: cd models && mlops-hook register churn v1.1.0 --metrics FILE --shadow-test-passed --push\n"))
    #expect(try sandbox.tip("refs/heads/main") == sandbox.git(["rev-parse", "HEAD"], in: sandbox.root + "/models"))

    let bare = try GitSandbox(hooks: [])
    let silent = try start(bare, "models", "--remote", bare.host)
    #expect(silent.status == 0 && silent.out.contains("note: the host said nothing of the gate"), "\(silent.out)")
    #expect(silent.out.contains("`mlops-hook doctor`"), "\(silent.out)")
  }

  @Test("a remote that holds something is refused before anything is made") func notEmpty() throws {
    let sandbox = try GitSandbox()
    #expect(try start(sandbox, "models", "--remote", sandbox.host).status == 0)
    let output = try start(sandbox, "others", "--remote", sandbox.host)
    #expect(output.status == 1 && output.err.contains("is not empty, it holds `heads/main`"), "\(output.err)")
    #expect(output.err.contains("hint: add to what is there: `git clone \(sandbox.host)`"), "\(output.err)")
    #expect(!isThere(sandbox, "others"))
  }

  @Test("a remote that cannot be reached leaves everything made, and says how to go on") func unreachable() throws {
    let sandbox = try GitSandbox()
    let output = try start(sandbox, "models", "--remote", sandbox.root + "/nowhere.git")
    #expect(output.status == 1 && output.err.contains("nowhere.git` cannot be reached"), "\(output.err)")
    #expect(output.err.contains("`cd models && git remote set-url origin URL`"), "\(output.err)")
    let folder = sandbox.root + "/models"
    try sandbox.git(["remote", "set-url", "origin", sandbox.host], in: folder)
    try sandbox.git(["push", "--quiet", "--no-verify", "--set-upstream", "origin", "HEAD:main"], in: folder)
    #expect(try sandbox.tip("refs/heads/main") == sandbox.git(["rev-parse", "HEAD"], in: folder))
  }

  @Test("what the host refuses is shown, with the push that is left to do") func refused() throws {
    let sandbox = try GitSandbox(head: "trunk")
    let output = try start(sandbox, "models", "--remote", sandbox.host)
    #expect(output.status == 1, "\(output.out)")
    #expect(output.err.contains("remote: hint: push `refs/heads/trunk` first, or on the host: git symbolic-ref"))
    #expect(output.err.contains("`cd models && git push --set-upstream origin HEAD:main`"), "\(output.err)")
  }

  @Test("another `origin` is not pushed to") func otherOrigin() throws {
    let sandbox = try GitSandbox()
    try sandbox.git(["init", "--quiet", sandbox.root + "/models"])
    try sandbox.git(["remote", "add", "origin", "https://git.example.com/x.git"], in: sandbox.root + "/models")
    let output = try start(sandbox, "models", "--remote", sandbox.host)
    #expect(output.status == 1 && output.err.contains("git remote set-url origin"), "\(output.err)")
    #expect(!isThere(sandbox, "models/README.md"))
  }

  @Test("--signed takes the key that git signs with for git's user, and asks for one where there is none")
  func ownKey() throws {
    let sandbox = try GitSandbox()
    let none = try start(sandbox, "models", "--signed", "--repository", "ml/models")
    #expect(none.status == 2 && none.err.contains("no key is known") && none.err.contains("--key FILE.pub"))
    #expect(!isThere(sandbox, "models"))

    try sandbox.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "dev"], in: sandbox.root)
    let key = try String(contentsOfFile: sandbox.root + "/dev.pub", encoding: .utf8).split(separator: " ")
    let configuration = sandbox.root + "/gitconfig"
    try sandbox.git(["config", "--file", configuration, "gpg.format", "ssh"])
    // The file, its private half and the key itself all stand for the same key.
    for (folder, value) in [
      ("a", sandbox.root + "/dev.pub"), ("b", sandbox.root + "/dev"), ("c", "key::\(key[0]) \(key[1])"),
    ] {
      try sandbox.git(["config", "--file", configuration, "user.signingKey", value])
      let output = try start(sandbox, folder, "--signed", "--repository", "ml/models")
      #expect(output.status == 0 && output.err.contains("no key of `ken@example.com` is known"), "\(output.err)")
      #expect(output.err.contains("`--key FILE.pub`"), "\(output.err)")
      let people = try String(contentsOfFile: "\(sandbox.root)/\(folder)/policies/approvers.yaml", encoding: .utf8)
      #expect(people.contains("keys: [\"\(key[0]) \(key[1])\"]"), "\(people)")
    }
  }
}
