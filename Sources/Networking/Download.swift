internal import AsyncHTTPClient
internal import Foundation
internal import ManifestCore
internal import NIOCore
internal import NIOHTTP1

/// Brings a large file from a server to the disk, piece by piece, and no more of it than is allowed.
public struct Download: Sendable {
  /// How long nothing may come, in seconds.
  public static let idleSeconds: Int64 = 60
  private let authorities: String?
  private let maximum: Int64
  /// How slowly it may come.
  var patience = DownloadPace().patience

  /// Creates one.
  ///
  /// - Parameters:
  ///   - authorities: a PEM file with further certificate authorities to trust.
  ///   - maximum: how many bytes a file may have: a server that never ends must not fill the disk.
  public init(authorities: String? = nil, maximum: Int64) {
    self.authorities = authorities
    self.maximum = maximum
  }

  /// Writes what an address has to a file that is not there yet.
  public func fetch(_ address: WebAddress, to path: String) async throws(HTTPFailure) {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(
      connect: .seconds(HTTPSender.connectSeconds), read: .seconds(Self.idleSeconds))
    configuration.httpVersion = .http1Only
    if address.isSecure { configuration.tlsConfiguration = try Certificates.trusting(authorities) }
    let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    let result: Result<Void, any Error>
    do {
      result = .success(try await write(address, to: path, client))
    } catch {
      // Nobody takes a part of a file for the whole.
      SafeFiles.remove(path)
      result = .failure(error)
    }
    try? await client.shutdown()
    do {
      try result.get()
    } catch let error as HTTPClientError where error == .readTimeout {
      throw HTTPFailure(
        .time, "nothing came from `\(Text.cut(address.shown))` for \(Self.idleSeconds) s",
        fix: "see whether the server is well")
    } catch {
      throw HTTPFailure.of(error, address)
    }
  }

  private func write(_ address: WebAddress, to path: String, _ client: HTTPClient) async throws {
    let response = try await client.execute(HTTPClientRequest(url: address.text), deadline: .now() + .hours(12))
    guard response.status == .ok else {
      throw HTTPFailure(
        .configuration, "it answered with \(response.status.code)", fix: "see that the file is there and may be read")
    }
    let promised = response.headers.first(name: "content-length").flatMap { Int64($0) }
    if let promised, promised > maximum { throw tooLarge("it has \(promised) bytes") }
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw unwritable(path) }
    defer { try? handle.close() }
    var count: Int64 = 0
    let pace = DownloadPace(patience: patience)
    do {
      for try await part in response.body {
        count += Int64(part.readableBytes)
        try pace.check(count, address)
        guard count <= maximum else { throw tooLarge("it does not end, and was cut off") }
        do {
          try handle.write(contentsOf: Data(part.readableBytesView))
        } catch {
          throw unwritable(path)
        }
      }
      // Whoever gives up sees the end of what has come.
      try Task.checkCancellation()
    } catch {
      let ended = error as? HTTPClientError == .remoteConnectionClosed || error as? HTTPParserError == .invalidEOFState
      guard ended else { throw error }
      throw HTTPFailure(
        .closed, "the connection ended after \(count) of \(promised.map { "\($0)" } ?? "more") bytes",
        fix: "see whether the server is well")
    }
  }

  private func tooLarge(_ words: String) -> HTTPFailure {
    HTTPFailure(
      .size, "\(words): at most \(maximum) bytes are taken", fix: "see that the file is the right one, or allow more")
  }

  private func unwritable(_ path: String) -> HTTPFailure {
    HTTPFailure(
      .configuration, "`\(Text.cut(path))` cannot be written",
      fix: "see that the disk has room and that this user may write there")
  }
}
