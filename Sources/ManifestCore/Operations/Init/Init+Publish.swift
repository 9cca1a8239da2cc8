import GitObjects

extension Init {
  /// A first commit is made where there is none, and nowhere else.
  func checkRemote(_ repository: Repository?, _ configuration: Configuration) throws -> InitRemote? {
    guard let named = request.remote else { return nil }
    if let repository, try !repository.references(below: "refs/").isEmpty {
      throw Refused(
        "`--remote` is for a repository without a past, and this one has commits",
        fix: "leave it out, and push as usual")
    }
    let git = try GitProgram(in: repository == nil ? "." : request.folder, context: context)
    let remote = try InitRemote(named, git)
    if let other = try configuration.value("remote.origin.url"), repository != nil,
      ![named, remote.url].contains(other)
    {
      throw Refused(
        "`origin` is `\(Text.cut(other))` here already, and not `\(Text.cut(remote.url))`",
        fix: "`git remote set-url origin \(ShellWord.quoted(remote.url))` first, or leave `--remote` out")
    }
    return remote
  }

  /// Commits what was made, and nothing else, and pushes it.
  ///
  /// What git and the host say is handed to `complain`.
  mutating func publish(
    _ paths: [String], _ policy: InitPolicy, to remote: InitRemote, complain: (String) -> Void
  ) throws {
    let git = try GitProgram(in: request.folder, context: context)
    func run(_ arguments: [String]) throws {
      let result = try git.run(arguments)
      guard result.isSuccess else {
        throw Refused(
          "`git \(arguments[0])`: \(result.complaint)", fix: "mend that; all files are there: commit and push them")
      }
    }
    try run(["add", "--force", "--"] + paths.map { ":(literal)" + $0 })
    try run(["commit", "--quiet", "--message", "Begin a repository of models"])
    if try !git.run(["remote", "get-url", "origin"]).isSuccess { try run(["remote", "add", "origin", remote.url]) }
    let url = Text.cut(remote.url)
    let again = "\(place)git push --set-upstream origin HEAD:\(ShellWord.quoted(policy.branch))"
    if let complaint = remote.complaint {
      throw Refused(
        "everything is made and committed here, but `\(url)` cannot be reached: \(complaint)",
        fix: "mend that, or name another: `\(place)git remote set-url origin URL`; then `\(again)`")
    }
    // The gate judges it there; the hook would say the same beforehand.
    let pushed = try git.run(
      ["push", "--quiet", "--no-verify", "--set-upstream", "origin", "HEAD:refs/heads/\(policy.branch)"])
    for line in pushed.errors.split(separator: 10) { complain(String(decoding: line, as: UTF8.self).trimmed) }
    guard pushed.isSuccess else {
      throw Refused(
        "everything is made and committed here, and `git push` failed, for the reason above",
        fix: "mend that, then: `\(again)`")
    }
    lines.append("made: the first commit, which stands on `\(policy.branch)` of \(url)")
    warn(policy)
    if !pushed.errors.holds(Self.gateWords) {
      lines.append(
        "note: the host said nothing of the gate: `mlops-hook doctor`, run in that repository on the host, tells whether it is in force"
      )
    }
    lines.append(
      "next: \(place)mlops-hook register \(request.model) v1.1.0 --metrics FILE --shadow-test-passed --push")
  }

  /// What the gate says of each first push that it takes.
  private static let gateWords = bytes("first push: form, evidence and policy were judged")

  /// How to get to the folder, before a command.
  private var place: String { request.folder == "." ? "" : "cd \(ShellWord.quoted(request.folder)) && " }
}

extension String {
  /// The text without the blanks that git fills a host's lines up with.
  fileprivate var trimmed: String {
    String(decoding: Array(utf8.reversed().drop { $0 == 0x20 || $0 == 13 }.reversed()), as: UTF8.self)
  }
}

extension [UInt8] {
  /// Whether some bytes stand in these.
  fileprivate func holds(_ part: [UInt8]) -> Bool {
    indices.contains { self[$0...].starts(with: part) }
  }
}
