/// A seeded source of choices (SplitMix64): the same seed makes the same pushes.
final class Dice {
  private var state: UInt64

  /// Creates a source from its seed.
  init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number from 0 up to, not including, a bound.
  func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

  /// Whether something happens that happens so often in a hundred.
  func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// One of some things; there has to be one.
  func pick<Thing>(_ things: [Thing]) -> Thing { things[below(things.count)] }

  /// One of some things, or nothing where there is none.
  func pickIfAny<Thing>(_ things: [Thing]) -> Thing? { things.isEmpty ? nil : pick(things) }

  /// Some of some things, in their order.
  func some<Thing>(_ things: [Thing], percent: Int = 50) -> [Thing] { things.filter { _ in chance(percent) } }
}
