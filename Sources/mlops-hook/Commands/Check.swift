import ArgumentParser
import ManifestCore

/// Says what a push would meet.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a push would meet, with the gate's own code.",
    discussion: """
      Without arguments: a push of the current branch to its upstream. FILE… judges form and evidence of these files only.

        mlops-hook check
        mlops-hook check --staged
        mlops-hook check deployments/production/customer-segmentation.yaml
      """)

  @Option(
    help: ArgumentHelp("Judge the commits of a range, each by the policy that it started from.", valueName: "A..B"))
  var range: String?
  @Option(help: "The ref that is pushed to, or that the range belongs to.")
  var ref: String?
  @Flag(help: "Judge the index, as if it were committed.")
  var staged = false
  @Flag(help: "Judge the work tree, as if it were committed.")
  var worktree = false
  @Flag(help: "Judge everything that stands at HEAD.")
  var all = false
  @Option(
    help: ArgumentHelp(
      "Read a pre-push hook's lines from standard input; REMOTE is the remote's name.", valueName: "remote"))
  var prePush: String?
  @Option(help: ArgumentHelp("A folder that stands for the host's policy.", valueName: "dir"), completion: .directory)
  var policy: String?
  @Option(help: "How to report: \(Report.Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: Report.Format = .text
  @OptionGroup var repository: RepositoryOptions
  @Argument(help: "Files of deployments/, models/ or policies/.", completion: .file())
  var files: [String] = []

  func validate() throws {
    let chosen = [range != nil, staged, worktree, all, prePush != nil, !files.isEmpty].filter { $0 }.count
    guard chosen <= 1 else {
      throw ValidationError("choose one of --range, --staged, --worktree, --all, --pre-push and FILE…")
    }
  }

  func run() throws {
    let verdict: Verdict
    do {
      verdict = try LocalCheck(path: repository.path, policy: policy, context: .live()).run(subject())
    } catch let error as LocalCheck.CannotSay {
      throw cannotSay(error.message, fix: error.fix)
    } catch {
      let words = EmitOperation.words(error)
      throw cannotSay(words.message, fix: words.fix)
    }
    // A hook that has nothing to judge has nothing to say.
    if prePush != nil, format == .text, verdict.isAccepted, verdict.findings.isEmpty, manifests(verdict) == 0 { return }
    let report = Report(verdict).text(format)
    StandardStreams.writeOutput(format == .text ? Palette(.output, .live()).lines(report) : report)
    if format == .text, verdict.isAccepted { say(summary(verdict)) }
    if verdict.isUnknown { throw ExitCode(2) }
    if !verdict.isAccepted { throw ExitCode(1) }
  }

  private func subject() throws -> LocalCheck.Subject {
    if let range { return .range(range, ref: ref) }
    if staged { return .staged }
    if worktree { return .workTree }
    if all { return .all }
    if let prePush { return .prePush(lines: StandardStreams.readInput(maximum: 1 << 20) ?? [], remote: prePush) }
    return files.isEmpty ? .push(ref: ref) : .files(files)
  }

  private func manifests(_ verdict: Verdict) -> Int { verdict.updates.reduce(0) { $0 + $1.manifests } }

  private func summary(_ verdict: Verdict) -> String {
    let manifests = manifests(verdict)
    let commits = verdict.updates.reduce(0) { $0 + $1.commits }
    func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    return "fine: \(commits > 0 ? count(commits, "commit") + ", " : "")\(count(manifests, "manifest")) judged"
  }
}

extension Report.Format: ExpressibleByArgument {}
