public import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
public import ServiceLifecycle

/// A small HTTP server for what a program tells about itself, and for what is sent to it.
///
/// One request a connection, bodies within a limit, ten seconds to say it; nothing is kept alive.
public struct HTTPServer: Service {
  /// How many connections may be open at a time.
  public static let maximumConnections = 256

  private let address: ListenAddress
  private let maximumBody: Int
  private let logger: Logger
  private let answer: @Sendable (HTTPServerRequest) async -> HTTPReply

  /// Creates a server that answers by a closure.
  public init(
    _ address: ListenAddress, maximumBody: Int = 1 << 20, logger: Logger,
    answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPReply
  ) {
    self.address = address
    self.maximumBody = maximumBody
    self.logger = logger
    self.answer = answer
  }

  /// Listens until the program shall end.
  public func run() async throws {
    let channel: any Channel
    do {
      channel = try await listen()
    } catch {
      throw ListenAddress.Invalid(
        message: "cannot listen on `\(address)`: \(HTTPFailure.words(error))",
        fix: "use another port, or end the program that has it")
    }
    logger.info("listening", metadata: ["address": "\(channel.localAddress?.description ?? "\(address)")"])
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await channel.closeFuture.get()
    } onCancelOrGracefulShutdown: {
      channel.close(promise: nil)
    }
  }

  private func listen() async throws -> any Channel {
    let answer = answer
    let maximumBody = maximumBody
    let open = OpenConnections(limit: Self.maximumConnections)
    return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        guard open.enter() else { return channel.close() }
        channel.closeFuture.whenComplete { _ in open.leave() }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(IdleStateHandler(allTimeout: .seconds(10)))
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
          try channel.pipeline.syncOperations.addHandler(HTTPServerHandler(maximumBody: maximumBody, answer: answer))
        }
      }
      .bind(host: address.host, port: address.port).get()
  }
}
