import Foundation
import Glibc
import Synchronization
import Testing

@testable import Networking

/// The server for what a program tells about itself: nobody can hold it.
@Suite struct HTTPServerTests {
  /// A connection to a port of this machine, by the system's own calls.
  private final class Connection {
    private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)

    init(_ port: Int) throws {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var patience = timeval(tv_sec: 20, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
      let status = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      try #require(status == 0)
    }

    deinit { close(descriptor) }

    @discardableResult
    func send(_ text: String) -> Bool {
      Glibc.send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) == text.utf8.count
    }

    /// Whether the other side has closed it.
    var isClosed: Bool {
      var byte: UInt8 = 0
      let count = recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
      return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
    }

    /// What comes until the other side closes, or says nothing for long.
    func rest() -> String {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[..<count]
      }
    }
  }

  /// How many requests for `/slow` a server is at, and whether they may end.
  private final class Slow: Sendable {
    let count = Mutex(0)
    let isOver = Mutex(false)
  }

  /// Does something with a server's port, on a thread that may wait.
  private func withServer(
    _ limits: HTTPServer.Limits, _ slow: Slow = Slow(), _ body: @escaping @Sendable (Int) throws -> Void
  ) async throws {
    let server = HTTPServer(
      try ListenAddress("127.0.0.1:0"), limits, logger: LogOutput.logfmt.logger("test", level: .error)
    ) { request in
      if request.path == "/slow" {
        slow.count.withLock { $0 += 1 }
        while !slow.isOver.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(20)) }
      }
      return HTTPReply(200, "\(request.path) \(request.body.count)\n")
    }
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let running = Task { try await server.run { port.yield($0.port) } }
    defer { running.cancel() }
    guard let number = await ports.first(where: { _ in true }) else { return }
    try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
      Thread { done.resume(with: Result { try body(number) }) }.start()
    }
  }

  private static let question = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test func aRequestIsAnsweredAndTheConnectionEnds() async throws {
    try await withServer(HTTPServer.Limits(body: 10)) { port in
      let connection = try Connection(port)
      connection.send("POST /a?b HTTP/1.1\r\nContent-Length: 10\r\n\r\n01234")
      connection.send("56789")
      #expect(connection.rest().hasSuffix("\r\n\r\n/a 10\n"))
      let large = try Connection(port)
      large.send("POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n0123456789a")
      #expect(large.rest().hasPrefix("HTTP/1.1 413 "))
    }
  }

  @Test(arguments: ["GET / HTTP/1.1\r\nX-A: ", "POST / HTTP/1.1\r\nContent-Length: 999999\r\n\r\n"])
  func whoeverDripsIsNotWaitedFor(_ beginning: String) async throws {
    try await withServer(HTTPServer.Limits(seconds: 0.5)) { port in
      let connection = try Connection(port)
      connection.send(beginning)
      let end = Date() + 20
      while !connection.isClosed, Date() < end {
        connection.send("a")
        usleep(50_000)
      }
      #expect(connection.isClosed, "each byte gave it more time")
    }
  }

  @Test func thoseWhoSayNothingDoNotKeepOthersOut() async throws {
    try await withServer(HTTPServer.Limits(connections: 4, seconds: 600)) { port in
      let silent = try (0..<12).map { _ in try Connection(port) }
      for connection in silent { connection.send("GET / HTTP/1.1\r\nX-A: ") }
      for _ in 0..<8 {
        let connection = try Connection(port)
        connection.send(Self.question)
        #expect(connection.rest().hasSuffix("/healthz 0\n"))
      }
    }
  }

  @Test func whereAllAreBeingAnsweredTheNextIsToldSo() async throws {
    let slow = Slow()
    try await withServer(HTTPServer.Limits(connections: 2, seconds: 600), slow) { port in
      let busy = try (0..<2).map { _ in try Connection(port) }
      for connection in busy { connection.send("GET /slow HTTP/1.1\r\n\r\n") }
      let end = Date() + 20
      while slow.count.withLock({ $0 }) < 2, Date() < end { usleep(10_000) }
      let answer = try Connection(port).rest()
      #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.hasSuffix("too many connections; try again\n"), "\(answer)")
      slow.isOver.withLock { $0 = true }
      #expect(busy.map { $0.rest() }.allSatisfy { $0.hasSuffix("/slow 0\n") })
    }
  }

  @Test func whereItListensIsSaidAsItIsWritten() throws {
    #expect("\(ListenAddress(host: "0.0.0.0", port: 19_003))" == "0.0.0.0:19003")
    #expect("\(ListenAddress(host: "::1", port: 80))" == "[::1]:80")
  }
}
