import Foundation
import ManifestCore

/// Asks how far what comes in is from what a version was trained on.
struct DriftReader: Sendable {
  let source: Targets.DriftSource
  let environment: String

  /// The score; throws `TargetFailure` where there is none: that is "unknown", never "no drift".
  func score(of deployment: DesiredDeployment) async throws -> Double {
    if let prometheus = source.prometheus, let query = source.query {
      return try await ask(prometheus, fill(query, deployment))
    }
    let output = try Program.run(source.command.map { fill($0, deployment) }, seconds: 60)
    return try number(String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Names are DNS labels and versions are semantic versions: none of them holds a character that a query reads.
  private func fill(_ text: String, _ deployment: DesiredDeployment) -> String {
    let values = [
      ("{name}", deployment.name), ("{model}", deployment.model), ("{version}", deployment.version),
      ("{environment}", environment),
    ]
    return values.reduce(text) { text, pair in
      let plain = pair.1.unicodeScalars.filter { $0 != "\"" && $0 != "\\" && $0 != "\n" }
      return text.replacingOccurrences(of: pair.0, with: String(String.UnicodeScalarView(plain)))
    }
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
      "\(base)/api/v1/query?query=\(words)", allowsInsecure: source.allowsInsecure
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
    guard let score = Double(text), score.isFinite else {
      throw TargetFailure("`\(Text.cut(text))` is no number", fix: "let the source print one score")
    }
    return score
  }
}
