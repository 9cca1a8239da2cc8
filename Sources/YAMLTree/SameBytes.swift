private import Glibc

/// Whether two texts are the same bytes: no normal form, and no walk through views.
public func sameBytes(_ left: String, _ right: String) -> Bool {
  let count = left.utf8.count
  guard count == right.utf8.count else { return false }
  let answer = left.utf8.withContiguousStorageIfAvailable { one in
    right.utf8.withContiguousStorageIfAvailable { sameStorage(one, $0) }
  }
  return (answer ?? nil) ?? left.utf8.elementsEqual(right.utf8)
}

/// Whether two buffers of one length hold the same bytes.
private func sameStorage(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
  guard let one = left.baseAddress, let other = right.baseAddress else { return left.count == right.count }
  return left.count == right.count && memcmp(one, other, left.count) == 0
}
