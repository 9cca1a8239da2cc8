internal import NIOCore
internal import NIOHTTP1

/// Reads one request of a connection, answers it, and closes.
final class HTTPServerHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let limits: HTTPServer.Limits
  private let answer: @Sendable (HTTPServerRequest) async -> HTTPReply
  private let isWhole: @Sendable () -> Void
  private var request: HTTPServerRequest?
  private var deadline: Scheduled<Void>?

  /// `isWhole` is called once the whole request is there.
  init(
    _ limits: HTTPServer.Limits, answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPReply,
    isWhole: @escaping @Sendable () -> Void
  ) {
    self.limits = limits
    self.answer = answer
    self.isWhole = isWhole
  }

  func channelActive(context: ChannelHandlerContext) {
    // A byte now and then does not make it longer: the whole request has so long.
    deadline = Self.close(context.channel, in: limits.seconds)
  }

  func channelInactive(context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      let path = String(head.uri.prefix { $0 != "?" })
      request = HTTPServerRequest(
        method: head.method.rawValue, path: path, headers: head.headers.map { ($0.name, $0.value) }, body: [])
    case .body(let part):
      guard let length = request?.body.count else { return }
      guard length + part.readableBytes <= limits.body else {
        request = nil
        Self.write(HTTPReply(413, "the body is longer than \(limits.body) bytes\n"), to: context.channel, limits)
        return
      }
      request?.body += part.readableBytesView
    case .end:
      guard let request else { return }
      self.request = nil
      deadline?.cancel()
      isWhole()
      Self.reply(to: request, by: answer, on: context.channel, limits)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private static func reply(
    to request: HTTPServerRequest, by answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPReply,
    on channel: any Channel, _ limits: HTTPServer.Limits
  ) {
    Task { HTTPServerHandler.write(await answer(request), to: channel, limits) }
  }

  private static func write(_ reply: HTTPReply, to channel: any Channel, _ limits: HTTPServer.Limits) {
    var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status))
    head.headers = [
      "content-type": reply.type, "content-length": String(reply.body.count), "connection": "close",
      "cache-control": "no-store", "x-content-type-options": "nosniff",
    ]
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: reply.body))), promise: nil)
    // Whoever takes too long to listen is not waited for either.
    let deadline = close(channel, in: limits.seconds)
    channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in
      deadline.cancel()
      channel.close(promise: nil)
    }
  }

  private static func close(_ channel: any Channel, in seconds: Double) -> Scheduled<Void> {
    channel.eventLoop.scheduleTask(in: .nanoseconds(Int64(seconds * 1e9))) { channel.close(promise: nil) }
  }
}

/// Tells a connection for which there is no room that it should come again, whatever it wanted.
final class HTTPRefusal: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  func channelActive(context: ChannelHandlerContext) {
    let words = "too many connections; try again\n"
    let text = """
      HTTP/1.1 503 Service Unavailable\r
      content-type: text/plain; charset=utf-8\r
      content-length: \(words.utf8.count)\r
      connection: close\r
      retry-after: 1\r
      \r
      \(words)
      """
    let channel = context.channel
    channel.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in channel.close(promise: nil) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
