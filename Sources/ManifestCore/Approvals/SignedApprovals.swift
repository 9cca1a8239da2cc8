import GitObjects

/// One `Approval-Signature: <e-mail> <expires> <base64>` line of a message.
struct SignatureLine {
  /// The key of the trailer.
  static let key = "Approval-Signature"
  /// The most lines of one message that are looked at.
  static let maximum = 32

  var commit: ObjectID
  var line: Int
  var email: [UInt8]
  /// As it is written; it is a part of what was signed.
  var expires: String
  var base64: [UInt8]

  /// Reads a trailer; nil where it has not three parts.
  init?(_ trailer: Trailer, of commit: ObjectID) {
    let words = trailer.value.split(separator: 0x20, omittingEmptySubsequences: false)
    guard words.count == 3, words.allSatisfy({ !$0.isEmpty }), words[1].count <= 40,
      let expires = String(validating: words[1], as: UTF8.self)
    else { return nil }
    self.commit = commit
    line = trailer.line
    email = Array(words[0])
    self.expires = expires
    base64 = Array(words[2])
  }

  /// The trailer's value.
  static func value(email: String, expires: String, signature: SSHSignature) -> String {
    "\(email) \(expires) \(signature.base64)"
  }
}

/// Judges the signatures of one step's approvals by one policy.
///
/// Nothing is verified until an approval is looked at, and nothing twice.
final class SignedApprovals {
  /// What becomes of a signature.
  enum Outcome {
    /// There are good ones, by these keys.
    case good([SSHPublicKey])
    /// It does not count.
    case refused(reason: String, fix: String)
  }

  private let context: JudgeContext
  private let judged: CommittedChange
  private let policy: PolicyInForce
  private let finder: LastChangeFinder
  /// What is to be signed, once it has been asked for; only its expiry is each signature's own.
  private var statement: ApprovalStatement?
  private var isStated = false
  private var verified: [SSHSignature: [[UInt8]: SignatureVerdict]] = [:]
  /// How many further statements are tried, to say why a signature is stale.
  private var guesses = 12
  /// How many approvals are looked at whose signature nobody asked for.
  private var claims = 16

  init(context: JudgeContext, judged: CommittedChange, policy: PolicyInForce, finder: LastChangeFinder) {
    self.context = context
    self.judged = judged
    self.policy = policy
    self.finder = finder
  }

  /// The best that the lines of one message prove for a person; nil where none is that person's.
  ///
  /// With `folder`, what was signed must name that version folder.
  func outcome(
    of lines: [SignatureLine], keys: [SSHPublicKey], over folder: [UInt8]?, isTheirs: ([UInt8]) -> Bool
  ) throws -> Outcome? {
    var good: [SSHPublicKey] = []
    var first: Outcome?
    for line in lines where isTheirs(line.email) {
      let outcome = try outcome(of: line, keys: keys, folder)
      if case .good(let keys) = outcome { good += keys } else { first = first ?? outcome }
    }
    return good.isEmpty ? first : .good(good)
  }

  /// The same where no signature is asked for: a few are looked at, no staleness is explained, and what cannot be looked
  /// at is as good as not there.
  func claim(of lines: [SignatureLine], keys: [SSHPublicKey], isTheirs: ([UInt8]) -> Bool) -> Outcome? {
    guard claims > 0 else { return nil }
    claims -= 1
    let explained = guesses
    guesses = 0
    defer { guesses = explained }
    let own = lines.filter { isTheirs($0.email) }.prefix(2)
    return try? outcome(of: Array(own), keys: keys, over: nil, isTheirs: isTheirs)
  }

  private func outcome(of line: SignatureLine, keys: [SSHPublicKey], _ folder: [UInt8]?) throws -> Outcome {
    func refuse(_ reason: String, _ fix: String) -> Outcome { .refused(reason: reason, fix: fix) }
    let again = "let them sign the change as it is now: `mlops-hook approve`"
    guard let repository = policy.policy.repository else {
      return refuse("the policy names no `repository`, so nothing can be signed for it", "add `spec.repository`")
    }
    let signature: SSHSignature
    do {
      signature = try SSHSignature(base64: line.base64)
    } catch {
      switch error {
      case .malformed: return refuse("its signature is not the Base64 of an SSH signature", again)
      case .version(let number): return refuse("its signature is of version \(number), which is not supported", again)
      }
    }
    if !signature.namespace.elementsEqual(ApprovalStatement.namespace.utf8) {
      return refuse(
        "it was signed in the namespace `\(Text.show(signature.namespace))`, not `\(ApprovalStatement.namespace)`",
        again)
    }
    guard keys.contains(signature.key) else {
      let none = keys.isEmpty ? "the directory lists no key for them" : "the directory does not list that key for them"
      return refuse(
        "it was signed by the key \(signature.key.fingerprint), and \(none)",
        "sign with a key of `people.<e-mail>.keys`, or add the key there in a change of its own")
    }
    if let unsupported = signature.unsupported { return refuse(unsupported, "sign with a key of another kind") }
    if let refusal = refusal(ofExpiry: line.expires, again) { return refusal }
    guard let statement = try statement(repository, line.expires) else {
      return refuse("the step changes nothing that is approved", again)
    }
    if let folder, !statement.evidence.contains(where: { $0.path == folder }) {
      return refuse(
        "what is signed names no version that no manifest of the step names", "let one of the publishers push it")
    }
    switch try verdict(of: signature, statement) {
    case .good: return .good([signature.key])
    case .unsupported: return refuse("this host's OpenSSH does not support its key", "sign with a key of another kind")
    case .bad: break
    }
    return refuse(try staleness(of: signature, statement), again)
  }

  /// Expiry is judged by the server's clock, at the push; where that is not known it is not asked.
  private func refusal(ofExpiry text: String, _ again: String) -> Outcome? {
    guard let expires = try? Timestamp(text) else {
      return .refused(reason: "its expiry `\(Text.cut(text))` is not a time of RFC 3339", fix: again)
    }
    guard context.settings.hasPushBoundaries else { return nil }
    let now = context.settings.now
    if expires.seconds <= now { return .refused(reason: "it expired at \(expires)", fix: again) }
    let latest = now &+ policy.policy.approvals.maximumValidity
    if expires.seconds > latest {
      return .refused(
        reason: "it is good until \(expires), and may be until \(Timestamp(seconds: latest)) at most (`max_validity`)",
        fix: "sign with an earlier expiry: `mlops-hook approve --valid-for`")
    }
    return nil
  }

  private func statement(_ repository: String, _ expires: String) throws -> ApprovalStatement? {
    if !isStated {
      statement = try ApprovalStatement.of(
        judged.change, repository: repository, expires: expires, finder: finder, context)
      isStated = true
    }
    statement?.expires = expires
    return statement
  }

  private func verdict(of signature: SSHSignature, _ statement: ApprovalStatement) throws -> SignatureVerdict {
    let text = statement.text
    if let known = verified[signature]?[text] { return known }
    try context.store.budget.checkTime()
    guard let verify = context.settings.verify else {
      throw ReadError.limit("signatures cannot be verified here")
    }
    let verdict = try verify(signature, text)
    verified[signature, default: [:]][text] = verdict
    return verdict
  }

  // MARK: What a stale signature was for

  /// Why a signature by a known key is not over this change.
  ///
  /// The message does not hold what was signed, so what is likely is tried: another ref, and this change from an earlier
  /// state of its path.
  private func staleness(of signature: SSHSignature, _ statement: ApprovalStatement) throws -> String {
    for other in try likely(statement) {
      guard guesses > 0 else { break }
      guesses -= 1
      if try verdict(of: signature, other) == .good {
        return "stale: " + other.differences(from: statement).joined(separator: "; ")
      }
    }
    return "stale: it is not over this change; the ref, a manifest, the evidence or the expiry was another one"
  }

  private func likely(_ statement: ApprovalStatement) throws -> [ApprovalStatement] {
    var found: [ApprovalStatement] = []
    // What the approver may have seen before the line went on: each earlier state of the paths.
    var tip = statement.changes.map(\.since).first { !$0.isZero } ?? .zero
    for _ in 0..<4 where !tip.isZero {
      let parent = try context.store.links(tip).parents.first ?? .zero
      var step = judged.change.step
      step.parent = parent
      step.parentTree = parent.isZero ? .zero : try context.store.links(parent).tree
      var earlier = statement
      let since = try finder.lastChanges(of: statement.changes.map(\.path), behind: parent)
      for index in earlier.changes.indices {
        let path = earlier.changes[index].path
        earlier.changes[index].since = since[path] ?? .zero
        earlier.changes[index].old = try context.entry(at: path, in: step.parentTree)?.id ?? .zero
      }
      found.append(earlier)
      tip = earlier.changes.map(\.since).first { !$0.isZero } ?? .zero
    }
    for branch in context.policies.protectedBranches(context.refs).prefix(8) where branch.name != statement.ref {
      var other = statement
      other.ref = branch.name
      found.append(other)
    }
    return found
  }
}
