import ManifestCore
import Networking

/// Asks a server that targets name, with failures in the words of the loop.
package struct WebClient: Sendable {
  private let text: String
  private let sender: HTTPSender

  /// A client of one address, which has so many seconds for an answer.
  package init(
    _ text: String, allowsInsecure: Bool, authorities: String? = nil, seconds: Double = HTTPSender.totalSeconds
  ) throws {
    // What is behind a question mark may be a secret.
    self.text = String(text.prefix { $0 != "?" })
    do {
      let isHere = ["127.0.0.1", "localhost", "::1"].contains(try WebAddress(text, allowsInsecure: true).host)
      sender = try HTTPSender(
        to: WebAddress(text, allowsInsecure: allowsInsecure || isHere), authorities: authorities,
        seconds: seconds)
    } catch let problem as WebAddress.Invalid {
      throw TargetFailure("`\(Text.cut(text))`: \(problem.message)", fix: problem.fix)
    } catch let failure as HTTPFailure {
      throw TargetFailure("`\(Text.cut(text))`: \(failure.message)", fix: failure.fix)
    }
  }

  /// Sends a request, with JSON or nothing in it.
  package func ask(_ method: String, body: [UInt8] = []) async throws -> HTTPAnswer {
    do {
      return try await send(method, body: body)
    } catch {
      throw words(error)
    }
  }

  /// Sends a request; a failure is as the network has it.
  func send(_ method: String, body: [UInt8] = []) async throws(HTTPFailure) -> HTTPAnswer {
    let headers = body.isEmpty ? [] : [(name: "content-type", value: "application/json")]
    return try await sender.send(method, headers: headers, body: body)
  }

  /// A failure in the words of the loop.
  func words(_ failure: HTTPFailure) -> TargetFailure {
    TargetFailure("`\(Text.cut(text))`: \(failure.message)", fix: failure.fix)
  }
}
