import GitObjects

/// Turns what could not be looked at into a finding.
enum HostFinding {
  static func of(_ error: any Error, ref: [UInt8]?, limit: Int) -> Finding {
    let place = Place(ref: ref)
    switch error {
    case is LineWalker.TooLong:
      return Finding(
        .hostLimit, place, "more than \(limit) commits would have to be judged (`mlops.maxCommits`)",
        fix: "push in smaller parts, or let the host's administrator set `mlops.baseline`")
    case ReadError.timeout:
      return Finding(
        .hostTimeout, place, "judging the push took longer than the host allows (`mlops.timeout`)",
        fix: "push in smaller parts; if this goes on, tell the host's administrator")
    case ReadError.limit(let words):
      return Finding(.hostLimit, place, words, fix: "push in smaller parts")
    case ReadError.git(let error) where error.code == .tooLarge:
      return Finding(
        .hostLimit, place, error.description, fix: "push in smaller parts, and keep large files in git-lfs")
    case ReadError.git(let error):
      return Finding(
        .hostInternal, place, "the repository cannot be read: \(error.description)",
        fix: error.code == .notFound
          ? "the push, or the host, lacks an object: push from a full clone; if this goes on, tell the host's administrator"
          : "tell the host's administrator")
    default:
      return Finding(
        .hostInternal, place, "the push could not be judged: \(error)", fix: "tell the host's administrator")
    }
  }
}
