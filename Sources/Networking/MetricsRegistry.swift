internal import Synchronization

/// Counters and gauges, written in the text format of Prometheus.
public final class MetricsRegistry: Sendable {
  /// What a metric is.
  public enum Kind: String, Sendable {
    /// It only grows.
    case counter
    /// It goes up and down.
    case gauge
  }

  private struct Family {
    var kind: Kind
    var help: String
    var values: [String: Double] = [:]
  }

  private let families = Mutex<[String: Family]>([:])

  /// Creates an empty registry.
  public init() {}

  /// Makes a metric known, with what it means.
  public func declare(_ name: String, _ kind: Kind, _ help: String) {
    families.withLock { $0[name] = Family(kind: kind, help: help, values: $0[name]?.values ?? [:]) }
  }

  /// Adds to a counter.
  public func add(_ name: String, _ amount: Double = 1, _ labels: [(String, String)] = []) {
    let key = Self.key(labels)
    families.withLock { $0[name]?.values[key, default: 0] += amount }
  }

  /// Sets a gauge.
  public func set(_ name: String, _ value: Double, _ labels: [(String, String)] = []) {
    let key = Self.key(labels)
    families.withLock { $0[name]?.values[key] = value }
  }

  /// Forgets all values of a gauge, before those that hold now are set.
  public func clear(_ name: String) {
    families.withLock { $0[name]?.values = [:] }
  }

  /// Forgets the values of a gauge that have these labels.
  public func forget(_ labels: [(String, String)]) {
    let key = Self.key(labels)
    families.withLock { families in
      for name in families.keys { families[name]?.values[key] = nil }
    }
  }

  /// All of it in Prometheus' text format, version 0.0.4.
  public var text: String {
    let families = families.withLock { $0 }
    var out = ""
    for (name, family) in families.sorted(by: { $0.key < $1.key }) {
      out += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
      for (labels, value) in family.values.sorted(by: { $0.key < $1.key }) {
        out += "\(name)\(labels) \(Self.number(value))\n"
      }
    }
    return out
  }

  private static func key(_ labels: [(String, String)]) -> String {
    if labels.isEmpty { return "" }
    return "{" + labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
  }

  private static func escaped(_ value: String) -> String {
    var out = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "\"": out += "\\\""
      case "\n": out += "\\n"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  private static func number(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return String(value)
  }
}
