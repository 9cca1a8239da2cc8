internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOSSL

/// Brings a large file from a server to the disk, piece by piece.
public struct Download: Sendable {
  /// How long nothing may come, in seconds.
  public static let idleSeconds: Int64 = 60
  private let authorities: String?

  /// Creates one; `authorities` is a PEM file with further certificate authorities to trust.
  public init(authorities: String? = nil) { self.authorities = authorities }

  /// Writes what an address has to a file that is not there yet.
  public func fetch(_ address: WebAddress, to path: String) async throws(HTTPFailure) {
    do {
      try await write(address, to: path)
    } catch let failure as HTTPFailure {
      throw failure
    } catch {
      throw HTTPFailure.of(error, address)
    }
  }

  private func write(_ address: WebAddress, to path: String) async throws {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout = .init(
      connect: .seconds(HTTPSender.connectSeconds), read: .seconds(Self.idleSeconds))
    configuration.httpVersion = .http1Only
    if let authorities {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(authorities))]
      configuration.tlsConfiguration = tls
    }
    let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    do {
      let response = try await client.execute(HTTPClientRequest(url: address.text), deadline: .now() + .hours(12))
      guard response.status == .ok else {
        throw HTTPFailure(
          .configuration, "it answered with \(response.status.code)", fix: "see that the file is there and may be read")
      }
      guard FileManager.default.createFile(atPath: path, contents: nil),
        let handle = FileHandle(forWritingAtPath: path)
      else {
        throw HTTPFailure(.configuration, "`\(path)` cannot be written", fix: "see that the disk has room")
      }
      defer { try? handle.close() }
      for try await part in response.body { try handle.write(contentsOf: Data(part.readableBytesView)) }
      try await client.shutdown()
    } catch {
      try? await client.shutdown()
      throw error
    }
  }
}
