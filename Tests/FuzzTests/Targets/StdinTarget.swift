@testable import GitObjects
@testable import ManifestCore

/// What git writes on a hook's standard input, and the arguments of `update`.
enum StdinTarget {
  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    let maximum = input.count % 2 == 0 ? 1000 : 3
    let request = PushRequest.parse(input, maximumRefs: maximum)
    try check(request, input)
    if request.problems.isEmpty {
      try promise(text(request.updates) == input, "what was read of a push is not what was written")
      try promise(request.updates.count <= maximum, "\(request.updates.count) refs of \(maximum)")
    }
    let arguments = input.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    let update = PushRequest.parse(arguments: arguments)
    try check(update, input)
    if update.problems.isEmpty {
      try promise(update.updates.count == 1 && arguments.count == 3, "not one update of three arguments")
      try promise(update.updates.first?.ref == arguments[0], "another ref than the argument's")
    }
  }

  private static func check(_ request: PushRequest, _ input: [UInt8]) throws(BrokenPromise) {
    try promise(request.problems.count <= 100, "\(request.problems.count) problems of a push")
    try Shown.check(request.problems, of: input)
    guard request.problems.isEmpty else { return }
    try promise(Set(request.updates.map(\.ref)).count == request.updates.count, "a ref is accepted twice")
    for update in request.updates {
      try promise(RefNames.isSound(update.ref), "git does not take the ref \(update.shown.debugDescription)")
      try promise(update.ref.starts(with: "refs/".utf8), "a ref outside of refs/")
      try promise(!update.old.isZero || !update.new.isZero, "a ref that is neither there before nor after")
    }
  }

  /// Updates as git writes them.
  private static func text(_ updates: [RefUpdate]) -> [UInt8] {
    updates.flatMap { (update) -> [UInt8] in bytes("\(update.old) \(update.new) ") + update.ref + [10] }
  }
}
