private import Glibc

@testable import GitObjects
@testable import ManifestCore
@testable import YAMLTree

/// Lines of the audit log: hostile ones are read, and hostile fields are written.
enum AuditTarget {
  private static let old = ObjectID(hex: String(repeating: "1", count: 40).utf8.map { $0 }) ?? .zero
  private static let new = ObjectID(hex: String(repeating: "2", count: 40).utf8.map { $0 }) ?? .zero

  /// A git directory of this process, in memory where there is such a place.
  private static let folder: String = {
    let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    return (try? SafeFiles.makeFolder(base, ["mlops-fuzz-\(getpid())", "mlops"])).map { String($0.dropLast(5)) } ?? ""
  }()

  static func run(_ input: [UInt8]) throws(BrokenPromise) {
    let log = AuditLog(gitDirectory: folder, isDurable: false)
    try put(input, path(log))
    let count = input.split(separator: 10).count
    let isCovered = log.covers("refs/heads/main", from: old, to: new)
    if isCovered, !input.contains(UInt8(ascii: "\\")) {
      for word in ["accepted", old.hex, new.hex, "refs/heads/main", "taken"] {
        try promise(holds(input, bytes(word)), "what no line says is covered: `\(word)`")
      }
    }
    let through = log.letThrough()
    try promise(through.count <= count, "\(through.count) pushes of \(count) lines")
    for line in through { try Shown.harmless(Text.escape(line)) }
    try write(input, log)
  }

  /// Whatever stands in its fields, a record is one line that says the same when it is read.
  private static func write(_ input: [UInt8], _ log: AuditLog) throws(BrokenPromise) {
    let text = String(decoding: input, as: UTF8.self)
    let update = RefUpdate(old: old, new: new, ref: input)
    let verdict = Verdict(
      findings: [Finding(.hostInternal, Place(path: input), text, severity: .warning)],
      updates: [JudgedUpdate(update: update, isProtected: true, commits: 1, manifests: 1)],
      approvals: [CountedApproval(path: input, who: text, proof: text, commit: new)], policies: [text])
    let record = AuditLog.Judged(
      time: Int64(input.count), hook: "pre-receive",
      actor: .init(pusher: Pusher(identities: [Pusher.Identity(source: .host, name: text)])), mode: "enforce",
      scope: "full",
      isTaken: true, verdict: verdict)
    try put([], path(log))
    do { try log.append(record) } catch { throw BrokenPromise(description: "a record is not written: \(error)") }
    guard case .content(let line) = SafeFiles.read(path(log), maximum: 64 << 20) else {
      throw BrokenPromise(description: "a record is not there")
    }
    try promise(line.last == 10 && line.filter { $0 == 10 }.count == 1, "a record is not one line")
    try Shown.harmless(String(decoding: line, as: UTF8.self))
    let limits = TextLimits(maximumBytes: 64 << 20, allowsEscapes: true)
    let (node, problems) = JSONReader.read(Array(line.dropLast()), limits: limits)
    try promise(problems.isEmpty, "a record is no JSON: \(problems.first?.message ?? "")")
    try promise(log.covers(update.shown, from: old, to: new), "a push that was recorded counts as unjudged")
    try promise(node?["updates"]?.sequence?.count == 1, "a record of one ref names others")
  }

  private static func path(_ log: AuditLog) -> String { "\(log.files.folder)/\(AuditFiles.currentName)" }

  private static func put(_ content: [UInt8], _ path: String) throws(BrokenPromise) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BrokenPromise(description: "no file for the log: \(SafeFiles.lastError)") }
    defer { close(descriptor) }
    try promise(Glibc.write(descriptor, content, content.count) == content.count, "the file for the log is short")
  }

  private static func holds(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    bytes.count >= part.count && (0...(bytes.count - part.count)).contains { bytes[$0...].starts(with: part) }
  }
}
