import ManifestCore
import Networking

/// Programs that targets name: by an absolute path, without a shell, within a time.
package enum Program {
  /// Runs a program, with JSON or nothing on its standard input; gives what it wrote.
  package static func run(
    _ command: [String], input: [UInt8] = [], seconds: Int, environment more: [String: String] = [:]
  ) throws -> [UInt8] {
    var variables = HookContext.live().environment.filter { ["PATH", "HOME", "LANG", "TZ", "TMPDIR"].contains($0.key) }
    for (name, value) in more { variables[name] = Array(value.utf8) }
    let child = ChildProgram(command: command, environment: variables, seconds: UInt32(clamping: seconds))
    let shown = "`\(Text.cut(command.first ?? ""))`"
    let result: ChildProgram.Result
    do {
      result = try child.run(input)
    } catch {
      throw TargetFailure(error.message, fix: "see that \(shown) is there and ends in time")
    }
    guard result.isSuccess else {
      throw TargetFailure(
        "\(shown) ended with \(result.status): \(result.complaint)", fix: "run it by hand to see more")
    }
    return result.output
  }
}
