internal import CRuntime
import GitObjects
private import Glibc

extension Doctor {
  static let install = "run `install.sh --repo` for this repository again"

  /// Looks at each hook where git would look for it.
  mutating func examineHooks(_ host: HostRepository, _ configuration: Configuration) throws {
    let place = try HooksPlace.find(gitDirectory: host.repository.gitDirectory, context: context)
    if let (who, fix) = place.diversion {
      warn(
        "`core.hooksPath` \(who) sends git to `\(Text.cut(place.folder))` for hooks",
        "unless the gate stands there: \(fix)")
    }
    try examineConfiguredHooks(configuration)
    for name in ["pre-receive", "update", "post-receive"] { examineHook(place, name, host) }
    let strict = "reference-transaction"
    if host.settings.isStrict {
      examineHook(place, strict, host)
    } else if (try? HookFile.look(strict, in: place.folder, install: Self.install)) != nil {
      warn(
        "the hook `\(strict)` is in place, but `mlops.strict` is not set, so it lets everything pass",
        "git config mlops.strict true")
    }
  }

  private mutating func examineHook(_ place: HooksPlace, _ name: String, _ host: HostRepository) {
    let program: HookFile.Program
    do throws(HookFile.Fault) {
      program = try HookFile.look(name, in: place.folder, install: place.diversion?.fix ?? Self.install)
    } catch {
      return fail(error.message, error.fix)
    }
    if program.isOpen {
      fail(
        "the hook `\(name)` can be written by others than its owner",
        "chmod go-w \(ShellWord.quoted(place.folder + "/" + name))")
    }
    if program.owner != 0, program.owner != geteuid() {
      warn(
        "the hook `\(name)` belongs to user \(program.owner), neither root nor this one",
        "let root or the git user own it")
    }
    if program.isOther {
      warn("the hook `\(name)` is not of the version that is installed here", Self.install)
    }
    switch program.front {
    case .gitoliteUpdate: return examineVREF(host)
    case .driver(isLast: false) where name == "pre-receive" && (place.setting ?? "hooks") != "hooks":
      fail(
        "`core.hooksPath` is set, so that gitolite's driver takes a push which a hook refused, but for its last one",
        "unset `core.hooksPath`")
    case .driver, .own: break
    }
    if name == "pre-receive", closeness.runs {
      probe(program.path, host)
    } else {
      fine("the hook `\(name)` is in place")
    }
  }

  /// Says what it means that gitolite's own hook stands in the place of `update`.
  private mutating func examineVREF(_ host: HostRepository) {
    if host.settings.gate == .push {
      return fine("the hook `update` is gitolite's, and `pre-receive` judges all that ours would")
    }
    isUnsure = true
    warn(
      "`mlops.gate` is `ref`, and the hook `update` is gitolite's: whether it runs ours cannot be seen from here",
      "git config --unset mlops.gate, or see that a VREF runs it: docs/install/gitolite.md")
  }

  /// Lets the hook judge a push that no git would send.
  ///
  /// It must refuse.
  private mutating func probe(_ program: String, _ host: HostRepository) {
    let directory = host.repository.gitDirectory
    let command =
      "cd \(ShellWord.quoted(directory)) && GIT_DIR=. exec \(ShellWord.quoted(program)) 2>/dev/null"
    let nothing = mlops_run_command(command, [UInt8](), 0, 20)
    let zero = ObjectID.zero.hex
    let canary = Array("\(zero) \(String(repeating: "1", count: zero.utf8.count)) \(Canary.prefix)probe\n".utf8)
    let refused = mlops_run_command(command, canary, UInt(canary.count), 20)
    if nothing == 0, refused == 1 {
      fine("the hook `pre-receive` is in place, and refuses what it must refuse")
    } else {
      fail(
        "the hook `pre-receive` does not refuse what it must refuse (status \(refused), \(nothing) for nothing)",
        Self.install)
    }
  }

  /// Makes a push that the gate must refuse.
  mutating func examineCanary(_ host: HostRepository) throws {
    let outcome: Canary.Outcome
    do {
      outcome = try Canary(host: host, context: context).fly()
    } catch let error as LocalCheck.CannotSay {
      outcome = .unknown(message: "no push could be made: \(error.message)", fix: error.fix)
    }
    switch outcome {
    case .refused: fine("a real push into `\(Canary.prefix)` was refused by the gate")
    case .accepted(let isGone):
      let isExplained = items.contains { $0.state == .broken }
      fail(
        "git accepted a real push that the gate must refuse: there is no gate here",
        isExplained
          ? "see what stands above" : "see which hooks git runs: `git rev-parse --git-path hooks`, and \(Self.install)")
      if !isGone {
        warn("what the push left below `\(Canary.prefix)` could not be removed", "git update-ref -d each ref there")
      }
    case .unknown(let message, let fix):
      isUnsure = true
      warn(message, fix)
    }
  }
}
