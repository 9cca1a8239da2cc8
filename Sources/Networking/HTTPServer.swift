public import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
public import ServiceLifecycle

/// A small HTTP server for what a program tells about itself, and for what is sent to it.
///
/// One request a connection, bodies within a limit, so long to say all of it; nothing is kept alive.
public struct HTTPServer: Service {
  /// How many connections may be open at a time.
  public static let maximumConnections = 256
  /// How long a whole request may take to come, and its answer to go, in seconds.
  public static let maximumSeconds: Double = 15

  /// What one client, or all of them together, may take.
  struct Limits: Sendable {
    var connections = HTTPServer.maximumConnections
    var seconds = HTTPServer.maximumSeconds
    var body = 1 << 20
  }

  private let address: ListenAddress
  private let limits: Limits
  private let logger: Logger
  private let answer: @Sendable (HTTPServerRequest) async -> HTTPReply

  /// Creates a server that answers by a closure.
  public init(
    _ address: ListenAddress, maximumBody: Int = 1 << 20, logger: Logger,
    answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPReply
  ) {
    self.init(address, Limits(body: maximumBody), logger: logger, answer: answer)
  }

  init(
    _ address: ListenAddress, _ limits: Limits, logger: Logger,
    answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPReply
  ) {
    self.address = address
    self.limits = limits
    self.logger = logger
    self.answer = answer
  }

  /// Listens until the program shall end.
  public func run() async throws { try await run { _ in } }

  /// Listens until the program shall end, and tells where as soon as it does.
  public func run(_ isListening: (ListenAddress) -> Void) async throws {
    let channel: any Channel
    do {
      channel = try await listen()
    } catch {
      throw ListenAddress.Invalid(
        message: "cannot listen on `\(address)`: \(HTTPFailure.words(error))",
        fix: "use another port, or end the program that has it")
    }
    let place = ListenAddress(channel.localAddress) ?? address
    logger.info("listening", metadata: ["address": "\(place)"])
    isListening(place)
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await channel.closeFuture.get()
    } onCancelOrGracefulShutdown: {
      channel.close(promise: nil)
    }
  }

  private func listen() async throws -> any Channel {
    let answer = answer
    let limits = limits
    let open = OpenConnections(limit: limits.connections)
    return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        guard let ticket = open.enter(channel) else {
          return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(HTTPRefusal())
          }
        }
        channel.closeFuture.whenComplete { _ in open.leave(ticket) }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
          try channel.pipeline.syncOperations.addHandler(
            HTTPServerHandler(limits, answer: answer) { open.isWhole(ticket) })
        }
      }
      .bind(host: address.host, port: address.port).get()
  }
}

extension ListenAddress {
  /// Where a socket listens; nil where that is no address of a network.
  fileprivate init?(_ address: SocketAddress?) {
    guard let host = address?.ipAddress, let port = address?.port else { return nil }
    self.init(host: host, port: port)
  }
}
