/// A cache of bounded cost: when the young half is full it becomes the old half, and the old half goes.
package struct GenerationCache<Key: Hashable, Value> {
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]
  private var cost = 0
  private let limit: Int

  /// Creates a cache that holds values of about twice `limit` in cost.
  package init(limit: Int) { self.limit = limit }

  /// The value of a key, which then counts as young again.
  package mutating func value(_ key: Key, cost valueCost: (Value) -> Int) -> Value? {
    if let value = young[key] { return value }
    guard let value = old[key] else { return nil }
    insert(value, key, cost: valueCost(value))
    return value
  }

  /// Keeps a value.
  package mutating func insert(_ value: Value, _ key: Key, cost valueCost: Int) {
    if cost + valueCost > limit {
      old = young
      young = [:]
      cost = 0
    }
    young[key] = value
    cost += valueCost
  }
}
