import Foundation
import ManifestCore

/// Asks how far what comes in is from what a version was trained on.
struct DriftReader: Sendable {
  let source: Targets.DriftSource
  let environment: String

  /// How long Prometheus may take, in seconds: every deployment asks, one after the other.
  private static let seconds = 5.0

  /// The score; throws `TargetFailure` where there is none: that is "unknown", never "no drift".
  func score(of deployment: DesiredDeployment) async throws -> Double {
    if let prometheus = source.prometheus, let query = source.query {
      return try await ask(prometheus, try fill(query, deployment))
    }
    let output = try Program.run(source.command.map { try fill($0, deployment) }, seconds: 60)
    return try number(String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Fills the names in, in one go: nothing that a name holds is filled in again.
  ///
  /// The gate lets a model have any name; one that a query could read as its own words has no score.
  private func fill(_ text: String, _ deployment: DesiredDeployment) throws -> String {
    let values = [
      "name": deployment.name, "model": deployment.model, "version": deployment.version, "environment": environment,
    ]
    var filled = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      filled += rest[..<open]
      rest = rest[open...]
      guard let key = values.keys.first(where: { rest.dropFirst().hasPrefix($0 + "}") }), let value = values[key] else {
        filled.append(rest.removeFirst())
        continue
      }
      guard Self.isPlain(value) else {
        throw TargetFailure(
          "the drift of `\(Text.cut(value))` cannot be asked for: the name could be read as a part of the query",
          fix: "give it a name of letters, digits, `.`, `_`, `/` and `-`")
      }
      filled += value
      rest = rest.dropFirst(key.count + 2)
    }
    return filled + rest
  }

  /// The `+` of a build goes before what is no part of a name.
  private static func isPlain(_ value: String) -> Bool {
    value.utf8.allSatisfy { NginxWord.isAlphanumeric($0) || "._/-+".utf8.contains($0) }
  }

  // MARK: Prometheus

  private struct Answer: Decodable {
    struct Data: Decodable {
      var resultType: String
      var result: [Sample]
    }
    struct Sample: Decodable { var value: Point? }
    struct Point: Decodable {
      var text: String
      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        _ = try list.decode(Double.self)
        text = try list.decode(String.self)
      }
    }
    var status: String
    var data: Data?
    var error: String?
  }

  private func ask(_ server: String, _ query: String) async throws -> Double {
    var allowed = CharacterSet.alphanumerics
    allowed.insert(charactersIn: "-._~")
    let base = server.hasSuffix("/") ? String(server.dropLast()) : server
    let words = query.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    let answer = try await WebClient(
      "\(base)/api/v1/query?query=\(words)", allowsInsecure: source.allowsInsecure, seconds: Self.seconds
    ).ask("GET")
    guard let read = try? JSONDecoder().decode(Answer.self, from: Data(answer.body)) else {
      throw TargetFailure(
        "Prometheus answered with \(answer.status) and no samples", fix: "try the query of the targets file by hand")
    }
    guard read.status == "success", let data = read.data else {
      throw TargetFailure("Prometheus refused the query: \(Text.cut(read.error ?? ""))", fix: "mend `drift.query`")
    }
    let points = data.result.compactMap(\.value)
    guard let point = points.first else {
      throw TargetFailure("Prometheus has no sample", fix: "see whether drift is measured, and under which labels")
    }
    guard points.count == 1 else {
      throw TargetFailure("Prometheus has \(points.count) samples, not one", fix: "aggregate in the query: `max(…)`")
    }
    return try number(point.text)
  }

  private func number(_ text: String) throws -> Double {
    guard let score = Double(text), !score.isNaN else {
      throw TargetFailure("`\(Text.cut(text))` is no number", fix: "let the source print one score")
    }
    // `+Inf` is above every threshold; JSON has no word for it.
    return min(max(score, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }
}
