import ManifestCore
import Networking

/// A server of the Open Inference Protocol with the model repository extension, as the loop speaks with it.
struct OpenInferenceServer: Sendable {
  let url: String
  let allowsInsecure: Bool

  /// What became of a load.
  enum Loading: Equatable {
    /// The server says that it is done.
    case done
    /// The server says why not.
    case refused(String)
    /// There was no answer in time, and the server may still be at work.
    case unanswered
  }

  /// Throws where the server is not there.
  func look() async throws {
    let answer = try await client("v2/health/live").ask("GET")
    guard answer.status == 200 else {
      throw TargetFailure(
        "`\(Text.cut(url))` answered `v2/health/live` with \(answer.status), not 200", fix: "look at the server's log")
    }
  }

  /// Whether a model answers, or one version of it: the index says `READY` of versions that do not.
  ///
  /// A version's own code answers: one that hangs or answers nonsense is not ready, and hides no other.
  func isReady(_ name: String, version: String) async throws -> Bool {
    let client = try client("v2/models/\(name)/versions/\(Self.escaped(version))/ready")
    do {
      return try await client.send("GET").status == 200
    } catch let failure where [.time, .closed, .malformed].contains(failure.kind) {
      // Unless it is the server itself that is gone.
      try await look()
      return false
    } catch {
      throw client.words(error)
    }
  }

  /// Lets the server load what lies in its repository of a model, and forget what does not.
  func load(_ name: String) async throws -> Loading {
    let client = try client("v2/repository/models/\(name)/load")
    do {
      let answer = try await client.send("POST")
      return (200...299).contains(answer.status) ? .done : .refused(Self.reason(answer))
    } catch let failure where failure.kind == .time {
      return .unanswered
    } catch {
      throw client.words(error)
    }
  }

  /// Lets the server forget a model.
  func unload(_ name: String) async throws {
    let answer = try await client("v2/repository/models/\(name)/unload").ask("POST")
    guard !(200...299).contains(answer.status),
      try await client("v2/models/\(name)/ready").ask("GET").status == 200
    else { return }
    throw TargetFailure(
      "the server does not unload `\(name)`: \(Self.reason(answer))",
      fix: "see that it allows changes: Triton needs `--model-control-mode=explicit`")
  }

  private func client(_ path: String) throws -> WebClient {
    try WebClient(url + (url.utf8.last == UInt8(ascii: "/") ? "" : "/") + path, allowsInsecure: allowsInsecure)
  }

  /// What a server gives as its reason, in one line.
  private static func reason(_ answer: HTTPAnswer) -> String {
    let field = RepositoryJSON.read(answer.body)?["error"]?.scalar?.text
    let text = field ?? Text.show(answer.body)
    let words = Text.cut(Text.escape(String(text.map { $0.isNewline ? " " : $0 })))
    return words.isEmpty ? "it answered with \(answer.status)" : "it answered with \(answer.status): \(words)"
  }

  /// A version as a part of a path; the `+` of a build is a space to some readers.
  private static func escaped(_ version: String) -> String {
    version.utf8.map { $0 == UInt8(ascii: "+") ? "%2B" : String(Unicode.Scalar($0)) }.joined()
  }
}
