private import Glibc

/// Says something on standard error.
private func say(_ words: String) { _ = (words + "\n").withCString { write(2, $0, strlen($0)) } }

/// The target that this process fuzzes: the one that `MLOPS_FUZZ_TARGET` names.
private let target: FuzzTarget = {
  guard let name = getenv("MLOPS_FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
    say("MLOPS_FUZZ_TARGET must be one of: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
    exit(2)
  }
  return target
}()

/// What libFuzzer calls for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try target.run(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
  } catch {
    say("BROKEN PROMISE (\(target.rawValue)): \(error)")
    abort()
  }
  return 0
}
