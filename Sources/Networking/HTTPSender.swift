internal import AsyncHTTPClient
internal import Foundation
internal import ManifestCore
internal import NIOCore
internal import NIOHTTP1

/// Sends requests to one receiver, within limits that no receiver can move.
///
/// No redirects are followed, no proxy is taken from the environment, certificates are checked.
public final class HTTPSender: Sendable {
  /// The time for a connection, in seconds.
  public static let connectSeconds: Int64 = 5
  /// The time for all of it, in seconds.
  public static let totalSeconds: Double = 15
  /// How much of an answer is read, in bytes.
  public static let maximumAnswer = 65_536

  private let address: WebAddress
  private let client: HTTPClient
  private let seconds: Double

  /// Creates a sender.
  ///
  /// - Parameters:
  ///   - authorities: a PEM file with further certificate authorities to trust.
  ///   - proxy: an HTTP proxy; none where it is left out, whatever the environment says.
  ///   - seconds: the time for all of it, where less than `totalSeconds` is meant.
  public init(
    to address: WebAddress, authorities: String? = nil, proxy: WebAddress? = nil, seconds: Double = totalSeconds
  ) throws(HTTPFailure) {
    self.address = address
    self.seconds = min(seconds, Self.totalSeconds)
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(connect: .seconds(Self.connectSeconds), read: .seconds(Int64(Self.totalSeconds)))
    configuration.httpVersion = .http1Only
    configuration.decompression = .disabled
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.idleTimeout = .seconds(5)
    if let proxy {
      configuration.proxy = .server(host: proxy.host, port: proxy.port ?? 80)
    }
    if address.isSecure { configuration.tlsConfiguration = try Certificates.trusting(authorities) }
    client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
  }

  deinit {
    client.shutdown { _ in }
  }

  /// Sends a request to the address, and gives what was answered.
  public func send(
    _ method: String = "POST", headers: [(name: String, value: String)], body: [UInt8]
  ) async throws(HTTPFailure) -> HTTPAnswer {
    var request = HTTPClientRequest(url: address.text)
    request.method = HTTPMethod(rawValue: method)
    for header in headers { request.headers.add(name: header.name, value: header.value) }
    request.body = .bytes(ByteBuffer(bytes: body))
    do {
      return try await exchange(request)
    } catch {
      throw HTTPFailure.of(error, address, seconds: seconds)
    }
  }

  private func exchange(_ request: HTTPClientRequest) async throws -> HTTPAnswer {
    let end = NIODeadline.now() + .nanoseconds(Int64(seconds * 1e9))
    let (client, seconds) = (client, seconds)
    return try await withThrowingTaskGroup(of: HTTPAnswer?.self) { group in
      group.addTask {
        let response = try await client.execute(request, deadline: end)
        var answer = HTTPAnswer(status: Int(response.status.code))
        answer.headers = response.headers.map { ($0.name, $0.value) }
        // The head has said all that counts; the rest is read for its words, as far as it comes in time.
        do {
          for try await part in response.body {
            let room = Self.maximumAnswer - answer.body.count
            answer.body += part.readableBytesView.prefix(room)
            if part.readableBytes > room {
              answer.isCut = true
              break
            }
          }
        } catch {
          answer.isCut = true
        }
        return answer
      }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds + 0.5))
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let answer = first else { throw HTTPClientError.deadlineExceeded }
      return answer
    }
  }
}
