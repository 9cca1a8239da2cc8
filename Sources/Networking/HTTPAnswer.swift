/// What a receiver answered.
public struct HTTPAnswer: Sendable {
  /// The status code.
  public var status: Int
  /// The headers in the order given.
  public var headers: [(name: String, value: String)] = []
  /// The beginning of the body.
  public var body: [UInt8] = []
  /// Whether the body went on, and was not read to its end.
  public var isCut = false

  /// Creates an answer.
  public init(status: Int) { self.status = status }

  /// The first value of a header.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}
