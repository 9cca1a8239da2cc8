private import Glibc

/// The user's own git, for what a clone does with its remote: fetch, push, sign.
///
/// For the command line alone: a hook runs no git.
struct GitProgram: Sendable {
  private let program: String
  private let folder: String
  private let environment: [String: [UInt8]]

  /// Finds git on the search path of the user.
  init(in folder: String, context: HookContext) throws {
    guard let program = Self.find("git", context) else {
      throw LocalCheck.CannotSay("there is no `git` on the PATH", fix: "install git")
    }
    self.program = program
    self.folder = folder
    // A folder that is named is meant, whatever repository a hook or an alias is run for.
    environment = context.forNamedFolder.environment
  }

  /// The path of a program on the search path of the user.
  static func find(_ name: String, _ context: HookContext) -> String? {
    let path = context.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
    return path.utf8.split(separator: UInt8(ascii: ":")).map { String(decoding: $0, as: UTF8.self) + "/" + name }
      .first { access($0, X_OK) == 0 }
  }

  /// Runs git; with `talking`, what it says to the user goes straight to the terminal.
  func run(
    _ arguments: [String], input: [UInt8] = [], environment more: [String: [UInt8]] = [:], seconds: UInt32 = 3600,
    talking: Bool = false
  ) throws -> ChildProgram.Result {
    let child = ChildProgram(
      command: [program] + arguments, environment: environment.merging(more) { $1 }, folder: folder, seconds: seconds,
      showsErrors: talking)
    do throws(ChildProgram.Failure) {
      return try child.run(input)
    } catch {
      throw LocalCheck.CannotSay(error.message, fix: "see that git runs here")
    }
  }

  /// Runs git, which has to succeed, and gives what it wrote without the last line end.
  func output(
    _ arguments: [String], input: [UInt8] = [], environment more: [String: [UInt8]] = [:], seconds: UInt32 = 3600,
    fix: String
  ) throws -> [UInt8] {
    let result = try run(arguments, input: input, environment: more, seconds: seconds)
    guard result.isSuccess else {
      throw LocalCheck.CannotSay("`git \(Self.verb(arguments))`: \(result.complaint)", fix: fix)
    }
    guard !result.isCut else {
      throw LocalCheck.CannotSay(
        "`git \(Self.verb(arguments))` wrote more than \(ChildProgram.limit) bytes", fix: "make the change smaller")
    }
    return result.output.last == 10 ? result.output.dropLast() : result.output
  }

  /// What git is asked to do, behind the settings that go before.
  private static func verb(_ arguments: [String]) -> String {
    arguments.first { !$0.utf8.starts(with: "-".utf8) && !$0.utf8.contains(UInt8(ascii: "=")) } ?? ""
  }
}
