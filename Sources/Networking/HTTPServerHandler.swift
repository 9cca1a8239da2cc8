internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Reads one request of a connection, answers it, and closes.
final class HTTPServerHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let maximumBody: Int
  private let answer: @Sendable (HTTPServerRequest) async -> HTTPReply
  private var request: HTTPServerRequest?

  init(maximumBody: Int, answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPReply) {
    self.maximumBody = maximumBody
    self.answer = answer
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      let path = String(head.uri.prefix { $0 != "?" })
      request = HTTPServerRequest(
        method: head.method.rawValue, path: path, headers: head.headers.map { ($0.name, $0.value) }, body: [])
    case .body(let part):
      guard let length = request?.body.count else { return }
      guard length + part.readableBytes <= maximumBody else {
        request = nil
        Self.write(HTTPReply(413, "the body is longer than \(maximumBody) bytes\n"), to: context.channel)
        return
      }
      request?.body += part.readableBytesView
    case .end:
      guard let request else { return }
      self.request = nil
      HTTPServerHandler.reply(to: request, by: answer, on: context.channel)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // Whoever says nothing for so long, or takes so long to listen, is not waited for.
    if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private static func reply(
    to request: HTTPServerRequest, by answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPReply,
    on channel: any Channel
  ) {
    Task { HTTPServerHandler.write(await answer(request), to: channel) }
  }

  private static func write(_ reply: HTTPReply, to channel: any Channel) {
    var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status))
    head.headers = [
      "content-type": reply.type, "content-length": String(reply.body.count), "connection": "close",
      "cache-control": "no-store", "x-content-type-options": "nosniff",
    ]
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: reply.body))), promise: nil)
    channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
  }
}

/// Counts open connections, within a limit.
final class OpenConnections: Sendable {
  private let limit: Int
  private let count = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// Counts one more; false where there are too many.
  func enter() -> Bool {
    count.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
  }

  /// Counts one less.
  func leave() { count.withLock { $0 -= 1 } }
}
