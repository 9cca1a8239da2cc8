internal import ManifestCore
internal import Networking

/// What became of one attempt.
enum Outcome: Sendable, Equatable {
  /// Why it went wrong, and what to do.
  struct Words: Sendable, Equatable {
    var message: String
    var fix: String
  }

  /// The receiver has it.
  case delivered
  /// Not this time; the receiver may have named a pause, in seconds.
  case failed(Words, pause: Double?)
  /// Never.
  case refused(Words, status: Int?)
  /// The receiver wants nothing any more.
  case stopped(Words)

  /// Reads a receiver's answer.
  init(_ answer: HTTPAnswer, _ receiver: SinkPlan.Receiver, now: Int64) {
    let words = AnswerWords(answer, receiver)
    switch answer.status {
    case 200..<300: self = .delivered
    case 410: self = .stopped(words.words)
    case 408, 425, 429, 500...:
      self = .failed(words.words, pause: Backoff.asked(answer.header("retry-after"), now: now))
    default: self = .refused(words.words, status: answer.status)
    }
  }
}

/// An answer in words, by what its receiver means by it.
struct AnswerWords {
  private let answer: HTTPAnswer
  private let receiver: SinkPlan.Receiver

  init(_ answer: HTTPAnswer, _ receiver: SinkPlan.Receiver) {
    self.answer = answer
    self.receiver = receiver
  }

  /// What happened, and what to do.
  var words: Outcome.Words {
    let (meaning, fix) = meaning
    return Outcome.Words(message: "the receiver answered \(answer.status)\(said): \(meaning)", fix: fix)
  }

  /// The first line of what was said, for a person: some receivers say no more.
  private var said: String {
    let line = answer.body.split(separator: 10).first.map { $0.prefix { $0 != 13 } } ?? []
    let words = receiver.address.hidden(in: Text.show(line))
    return line.isEmpty ? "" : " (`\(Text.escape(String(words.prefix(300))))`)"
  }

  private var meaning: (String, String) {
    let secret = "compare the secret in `secretFile` with the receiver's"
    switch (answer.status, receiver.format) {
    case (200..<300, .argocd):
      return ("Argo CD has queued it", "nothing; it refreshes the applications whose repository and paths match")
    case (200..<300, _): return ("it has taken it", "nothing")
    case (300..<400, _):
      // The path may be a secret, and a redirect mostly repeats it.
      let target = answer.header("location").flatMap { try? WebAddress($0, allowsInsecure: true).shown }
      return (
        "a redirect\(target.map { " to `\(Text.escape($0))`" } ?? ""), which is not followed",
        "set `url` to the final address, if it is one that you trust"
      )
    case (400, .argocd):
      return (
        "Argo CD could not read it, or the signature is not by its secret",
        "compare the secret in `secretFile` with `webhook.github.secret` of `argocd-secret`"
      )
    case (400, .flux):
      return ("the signature was refused", "compare the secret in `secretFile` with `token` in the Receiver's Secret")
    case (401, _), (403, _): return ("the signature was refused, or a login is asked for", secret)
    case (404, .flux):
      return (
        "Flux has no Receiver at this path: the path or the token in it is wrong, or the Receiver is not ready",
        "take the path from `kubectl get receiver -o jsonpath='{.status.webhookPath}'`"
      )
    case (404, .argocd):
      return ("nothing listens at this path", "Argo CD's is `https://HOST/api/webhook`")
    case (404, _): return ("nothing listens at this path", "look at the path in `url`")
    case (405, _): return ("it takes no POST at this path", "look at the path in `url`")
    case (408, _): return ("it did not get the request in time", "look at the network between")
    case (410, _):
      return (
        "it wants no more messages, so the sink stops",
        "change its `url`, or run `mlops-relay redeliver --sink NAME`, which starts it again"
      )
    case (413, _): return ("the message is too large for it", "let the receiver take more, or filter by `.environment`")
    case (429, _): return ("it is asked too often", "nothing: it is tried again when it says")
    case (503, .argocd): return ("Argo CD's queue is full", "nothing: it is tried again")
    case (503, .flux): return ("the Receiver is suspended or not ready", "`kubectl describe receiver` says why")
    case (500..., _): return ("it failed in itself", "look into the receiver's log; it is tried again")
    default: return ("it refused the message", "look into the receiver's log")
    }
  }
}
