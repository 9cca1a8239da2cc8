/// A request that came in.
public struct HTTPServerRequest: Sendable {
  /// The method, as in `POST`.
  public var method: String
  /// The path, without the query.
  public var path: String
  /// The headers in the order given.
  public var headers: [(name: String, value: String)]
  /// The body.
  public var body: [UInt8]

  /// The first value of a header.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// What is answered to a request.
public struct HTTPReply: Sendable {
  /// The status code.
  public var status: Int
  /// The `Content-Type`.
  public var type: String
  /// The body.
  public var body: [UInt8]

  /// Creates a reply.
  public init(_ status: Int, _ text: String, type: String = "text/plain; charset=utf-8") {
    self.status = status
    self.type = type
    body = Array(text.utf8)
  }

  /// What a path that is not there gives.
  public static let notFound = HTTPReply(404, "not found\n")

  /// What another method than the ones that are taken gives.
  public static let wrongMethod = HTTPReply(405, "method not allowed\n")
}
