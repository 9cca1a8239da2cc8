import Foundation
import Testing

/// The folders in which forges keep hooks of their administrators, driven as those forges drive them.
@Suite("Hosts: folder layouts") struct FolderLayoutTests {
  private static let hooks = ["pre-receive", "update", "post-receive"]

  /// Puts our hooks where a forge looks for them, and a driver in git's own place.
  private func scene(folder: (String) -> String, driver: (String) -> String) throws -> Scene {
    let scene = try Scene(hooks: [])
    for hook in Self.hooks {
      let target = scene.sandbox.host + "/" + folder(hook)
      try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
      try FileManager.default.createDirectory(
        atPath: scene.sandbox.host + "/hooks", withIntermediateDirectories: true)
      // By a process of its own: a file that another test's child has open for writing cannot be executed.
      try scene.sandbox.run(
        ["cp", "\(GitSandbox.products)/\(hook)", target + "/mlops-hook"], in: scene.sandbox.host)
      try scene.sandbox.wrapHook(hook, driver(hook))
    }
    return scene
  }

  @Test("GitLab: `custom_hooks/<name>.d`, in the environment that Gitaly makes") func gitlab() throws {
    // Gitaly runs custom hooks with an absolute GIT_DIR, the two object folders and GL_*, but no GIT_QUARANTINE_PATH.
    // Push options, which it hands on too, are left out here.
    let scene = try scene(folder: { "custom_hooks/\($0).d" }) { hook in
      """
      set -- "$@"
      for own in custom_hooks/\(hook).d/*; do
        [ -x "$own" ] || continue
        env -i PATH="$PATH" HOME="$HOME" GIT_CONFIG_GLOBAL="$GIT_CONFIG_GLOBAL" GIT_CONFIG_NOSYSTEM=1 \
          GIT_DIR="$PWD" ${GIT_OBJECT_DIRECTORY:+"GIT_OBJECT_DIRECTORY=$GIT_OBJECT_DIRECTORY"} \
          ${GIT_ALTERNATE_OBJECT_DIRECTORIES:+"GIT_ALTERNATE_OBJECT_DIRECTORIES=$GIT_ALTERNATE_OBJECT_DIRECTORIES"} \
          GL_REPOSITORY=project-7 GL_PROJECT_PATH=ml/models GL_ID=user-5 GL_USERNAME=carol GL_PROTOCOL=ssh \
          "$own" "$@" || exit 1
      done

      """
    }
    try scene.expectGate(pusher: "carol")
    let tip = try scene.clone.tip()
    try scene.clone.commit("Worse", [Deployment(version: "v9.0.0").path: Deployment(version: "v9.0.0").yaml])
    let shown = try scene.clone.push()
    #expect(!shown.report.lines.isEmpty)
    for line in shown.report.lines { #expect(line.hasPrefix("GL-HOOK-ERR: "), "\(line)") }
    #expect(try scene.sandbox.tip("refs/heads/main") == tip)
  }

  @Test("Gitea: `hooks/<name>.d`, after Gitea's own hook, by a script that delegates") func gitea() throws {
    // Every hook runs, whatever the others said, and the first status that is not 0 counts.
    let scene = try scene(folder: { "hooks/\($0).d" }) { hook in
      let run = hook == "update" ? "\"$own\" \"$1\" \"$2\" \"$3\"" : "echo \"$data\" | \"$own\""
      return """
        export GITEA_PUSHER_NAME=carol GITEA_PUSHER_EMAIL=carol@example.com GITEA_REPO_NAME=models
        \(hook == "update" ? "" : "data=$(cat)")
        statuses=
        for own in "$GIT_DIR/hooks/\(hook).d"/*; do
          if [ -x "$own" ] && [ -f "$own" ]; then
            \(run)
            statuses="$statuses $?"
          fi
        done
        for status in $statuses; do [ "$status" -eq 0 ] || exit "$status"; done

        """
    }
    for hook in Self.hooks {
      let own = "\(scene.sandbox.host)/hooks/\(hook).d/gitea"
      try scene.sandbox.run(
        ["/bin/sh", "-c", "printf '#!/bin/sh\\nexit 0\\n' >\"$0\" && chmod 755 \"$0\"", own], in: scene.sandbox.host)
    }
    try scene.expectGate(pusher: "carol")
  }

  @Test("Kallithea: git's own hooks, and the login in a JSON object") func kallithea() throws {
    let scene = try Scene()
    // As Kallithea 0.7.0 hands it to the git that receives.
    let extras = #"{"ip": "127.0.0.1", "username": "carol", "action": "push", "repository": "models", "scm": "git"}"#
    scene.sandbox.environment["KALLITHEA_EXTRAS"] = extras
    try scene.expectGate(pusher: "carol")
    // What is no such object names nobody.
    for odd in ["carol", "[\"carol\"]", #"{"username": ["carol"]}"#, #"{"username": "carol", "username": "eve"}"#] {
      scene.sandbox.environment["KALLITHEA_EXTRAS"] = odd
      try scene.clone.commit("Note \(odd)", ["README.md": odd + "\n"])
      expectAccepted(try scene.clone.push())
      #expect(try scene.sandbox.audit().last?["pusher"] as? String == NSUserName(), "\(odd)")
    }
  }
}
