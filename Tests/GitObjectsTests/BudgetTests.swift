import Testing

@testable import GitObjects

/// What reading may cost, and what is kept of it.
@Suite struct BudgetTests {
  @Test func endsAtItsObjects() throws {
    var limits = Budget.Limits()
    limits.objects = 3
    let budget = Budget(limits: limits, seconds: nil)
    for _ in 0..<3 { try budget.take(bytes: 0) }
    #expect(throws: ReadError.self) { try budget.take(bytes: 0) }
  }

  @Test func endsAtItsBytes() throws {
    var limits = Budget.Limits()
    limits.bytes = 10
    let budget = Budget(limits: limits, seconds: nil)
    try budget.take(bytes: 10)
    #expect(throws: ReadError.self) { try budget.take(bytes: 1) }
  }

  @Test func endsWithItsTime() throws {
    try Budget(seconds: nil).checkTime()
    try Budget(seconds: 1000).checkTime()
    #expect(throws: ReadError.self) { try Budget(seconds: 0).checkTime() }
    #expect(throws: ReadError.self) { try Budget(seconds: -1).checkTime() }
  }

  @Test func readsNothingThatIsTooLargeOrOfAnotherKind() throws {
    let repository = try RealTrees()
    defer { repository.remove() }
    try repository.store.repository.keepNewObjectsInMemory()
    let small = try repository.store.repository.write(.blob, Array("text".utf8))
    let large = try repository.store.repository.write(.blob, [UInt8](repeating: 65, count: 3 << 20))
    #expect(try repository.store.blob(small, maximum: 4).copy == Array("text".utf8))
    for (id, maximum) in [(small, 3), (large, 2 << 20), (large, 1000)] {
      #expect(throws: ReadError.self) { try repository.store.blob(id, maximum: maximum) }
      #expect(try repository.store.content(id, maximum: maximum).blob == nil)
    }
    #expect(try repository.store.content(large, maximum: 1000).size == 3 << 20)
    #expect(try repository.store.content(large, maximum: 3 << 20).blob?.count == 3 << 20)
    #expect(throws: ReadError.self) { try repository.store.tree(small) }
    #expect(throws: ReadError.self) { try repository.store.commit(small) }
    #expect(throws: ReadError.self) { try repository.store.blob(.zero, maximum: 10) }
  }

  @Test func keepsWhatWasUsedLast() {
    var cache = GenerationCache<Int, Int>(limit: 10)
    for key in 0..<100 {
      cache.insert(key, key, cost: 1)
      #expect(cache.value(0, cost: { _ in 1 }) == 0, "after \(key)")
    }
    #expect(cache.value(99, cost: { _ in 1 }) == 99)
    let kept = (0..<100).filter { cache.value($0, cost: { _ in 0 }) != nil }
    #expect(kept.count <= 21)
    #expect(cache.value(1, cost: { _ in 1 }) == nil)
  }
}
