internal import AsyncHTTPClient
internal import Foundation
internal import ManifestCore
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Why there was no answer, in words.
public struct HTTPFailure: Error, Sendable, Equatable {
  /// What kind of failure it is.
  public enum Kind: String, Sendable {
    /// What we were told to do cannot be done.
    case configuration
    /// The host's name leads nowhere.
    case name
    /// There was no connection.
    case connection
    /// The connection could not be encrypted, or the certificate is not to be trusted.
    case encryption
    /// It took too long.
    case time
    /// The connection ended before an answer was there.
    case closed
    /// What came is not HTTP.
    case malformed
    /// More came than is allowed.
    case size
  }

  /// What kind of failure it is.
  public var kind: Kind
  /// What happened.
  public var message: String
  /// What to do.
  public var fix: String

  /// Creates a failure.
  public init(_ kind: Kind, _ message: String, fix: String) {
    self.kind = kind
    self.message = message
    self.fix = fix
  }

  /// The words for what the client library threw.
  static func of(
    _ error: any Error, _ address: WebAddress, seconds: Double = HTTPSender.totalSeconds
  ) -> HTTPFailure {
    let place = "`\(Text.cut(address.shown))`"
    switch error {
    case let failure as HTTPFailure: return failure
    case let error as HTTPClientError: return of(error, place, seconds)
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      return HTTPFailure(
        .encryption, "the certificate of \(place) is not trusted, or it speaks no TLS (\(words(error)))",
        fix: "mend the certificate, or name its authority by `caFile`")
    case let error as NIOConnectionError:
      if error.connectionErrors.isEmpty {
        return HTTPFailure(
          .name, "the name `\(Text.cut(error.host))` leads to no address", fix: "look at the address and at the DNS")
      }
      return HTTPFailure(
        .connection, "there is no connection to \(place) (\(words(error.connectionErrors.last?.error ?? error)))",
        fix: "see whether it runs and listens there, and whether a firewall stands between")
    case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT].contains(error.errnoCode):
      return HTTPFailure(
        .connection, "there is no connection to \(place) (\(words(error)))",
        fix: "see whether it runs and listens there, and whether a firewall stands between")
    case is HTTPParserError:
      return HTTPFailure(.malformed, "\(place) answered something that is not HTTP", fix: "look at the address")
    case is CancellationError:
      return HTTPFailure(.closed, "the request was given up", fix: "try again")
    default:
      return HTTPFailure(
        .closed, "the connection to \(place) broke (\(words(error)))", fix: "see whether it runs, and listens there")
    }
  }

  private static func of(_ error: HTTPClientError, _ place: String, _ seconds: Double) -> HTTPFailure {
    switch error {
    case .connectTimeout, .getConnectionFromPoolTimeout:
      return HTTPFailure(
        .time, "there was no connection to \(place) within \(HTTPSender.connectSeconds) s",
        fix: "see whether a firewall stands between")
    case .readTimeout, .writeTimeout, .deadlineExceeded:
      return HTTPFailure(
        .time, "\(place) did not answer within \(Int(seconds.rounded(.up))) s",
        fix: "see whether it hangs; a receiver answers first, and works afterwards")
    case .tlsHandshakeTimeout:
      return HTTPFailure(
        .time, "\(place) did not agree on TLS within \(HTTPSender.connectSeconds) s", fix: "see whether it speaks TLS")
    case .remoteConnectionClosed:
      return HTTPFailure(
        .closed, "\(place) closed the connection without an answer", fix: "look into its log")
    case .cancelled: return HTTPFailure(.closed, "the request was given up", fix: "try again")
    default:
      return HTTPFailure(.closed, "the request to \(place) failed (\(words(error)))", fix: "look at the address")
    }
  }

  /// The words of an error of the network library.
  static func words(_ error: any Error) -> String {
    if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
    return Text.cut(Text.escape("\(error)"))
  }
}
