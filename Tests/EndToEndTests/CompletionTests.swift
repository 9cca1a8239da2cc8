import Foundation
import Testing

/// What a shell completes with, asked as bash asks it.
@Suite struct CompletionTests {
  /// What bash offers behind some words, of which the last is unfinished.
  private func offered(_ words: [String], in folder: String, _ sandbox: GitSandbox) throws -> [String] {
    let script = """
      eval "$(mlops-hook --generate-completion-script bash)"
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
      _mlops-hook "$1" "${@: -1}" "${@: -2:1}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let path = GitSandbox.products + ":" + (sandbox.environment["PATH"] ?? "")
    let output = try sandbox.run(["bash", "-c", script, "bash"] + words, in: folder, environment: ["PATH": path])
    #expect(output.status == 0 && output.err.isEmpty, "\(output.err)")
    return output.out.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  @Test func namesOfTheRepositoryAreOffered() throws {
    let scene = try Scene()
    try scene.clone.git("update-ref", "refs/remotes/origin/promote/x-v1.0.0-production", "main")
    let here = scene.clone.path
    func offer(_ words: String..., in folder: String? = nil) throws -> [String] {
      try offered(["mlops-hook"] + words, in: folder ?? here, scene.sandbox)
    }
    #expect(try offer("explain", "metric/t") == ["metric/threshold"])
    for verb in ["propose", "rollback", "history", "register"] {
      #expect(try offer(verb, "seg").contains("segmentation"), "\(verb)")
    }
    #expect(try offer("rollback", "segmentation", "--env", "prod") == ["production"])
    for verb in ["approve", "promote"] {
      #expect(try offer(verb, "pro") == ["promote/x-v1.0.0-production"], "\(verb)")
    }
    // From elsewhere, a repository that is named.
    #expect(try offer("history", "-C", here, "seg", in: "/") == ["segmentation"])
  }

  @Test func outsideOfARepositoryNothingIsOfferedAndNothingSaid() throws {
    let sandbox = try GitSandbox(hooks: [])
    for verb in ["propose", "approve", "promote", "rollback", "history", "register"] {
      #expect(try offered(["mlops-hook", verb, ""], in: "/", sandbox).isEmpty, "\(verb)")
    }
    #expect(try offered(["mlops-hook", "explain", "metric/t"], in: "/", sandbox) == ["metric/threshold"])
  }
}
