private import Glibc

/// Runs a target over what libFuzzer gives; a broken promise ends the process.
private func run(
  _ target: FuzzTarget, _ start: UnsafePointer<UInt8>?, _ count: Int, _ body: ([UInt8]) throws(BrokenPromise) -> Void
) -> CInt {
  do {
    try body([UInt8](UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)))
  } catch {
    let words = "BROKEN PROMISE (\(target.rawValue)): \(error)\n"
    _ = words.withCString { write(2, $0, strlen($0)) }
    abort()
  }
  return 0
}

// One entry for each target: a program has only what its target can reach, and so less to count.

/// Runs the target `stdin`.
@_cdecl("fuzz_stdin")
public func fuzzStdin(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.stdin, start, count, StdinTarget.run)
}

/// Runs the target `thresholds`.
@_cdecl("fuzz_thresholds")
public func fuzzThresholds(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.thresholds, start, count, ThresholdsTarget.run)
}

/// Runs the target `versions`.
@_cdecl("fuzz_versions")
public func fuzzVersions(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.versions, start, count, VersionsTarget.run)
}

/// Runs the target `paths`.
@_cdecl("fuzz_paths")
public func fuzzPaths(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.paths, start, count, PathsTarget.run)
}

/// Runs the target `signatures`.
@_cdecl("fuzz_signatures")
public func fuzzSignatures(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.signatures, start, count, SignaturesTarget.run)
}

/// Runs the target `trailers`.
@_cdecl("fuzz_trailers")
public func fuzzTrailers(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.trailers, start, count, TrailersTarget.run)
}

/// Runs the target `commits`.
@_cdecl("fuzz_commits")
public func fuzzCommits(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.commits, start, count, CommitsTarget.run)
}

/// Runs the target `trees`.
@_cdecl("fuzz_trees")
public func fuzzTrees(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.trees, start, count, TreesTarget.run)
}

/// Runs the target `evidence`.
@_cdecl("fuzz_evidence")
public func fuzzEvidence(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.evidence, start, count, EvidenceTarget.run)
}

/// Runs the target `outbox`.
@_cdecl("fuzz_outbox")
public func fuzzOutbox(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.outbox, start, count, OutboxTarget.run)
}

/// Runs the target `audit`.
@_cdecl("fuzz_audit")
public func fuzzAudit(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.audit, start, count, AuditTarget.run)
}

/// Runs the target `manifests`.
@_cdecl("fuzz_manifests")
public func fuzzManifests(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.manifests, start, count, ManifestsTarget.run)
}

/// Runs the target `policies`.
@_cdecl("fuzz_policies")
public func fuzzPolicies(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  run(.policies, start, count, PoliciesTarget.run)
}
