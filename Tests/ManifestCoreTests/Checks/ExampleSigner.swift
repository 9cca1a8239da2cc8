import Foundation
import GitObjects

@testable import ManifestCore

/// Makes the keys and signatures that an example's page shortens to `…`.
///
/// A key is written as `ssh-ed25519 AAAA…` on the line of its person, a signature as `Approval-Signature: <e-mail>
/// <expires> …`; behind the sign may stand in parentheses what is wrong with it: another person's key, another ref, a
/// namespace.
final class ExampleSigner {
  /// How a page writes a key.
  static let key = "ssh-ed25519 AAAA…"

  private let folder: URL
  private var made: Set<String> = []

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("signer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The push with real keys and signatures.
  func sign(_ push: ExamplePush) throws -> ExamplePush {
    let keyed = try push.mapping(file: keys, message: { $0 })
    // What is signed does not depend on the message.
    let repository = try BareRepository()
    let tips = try repository.build(keyed)
    let lines = "\(tips.old) \(tips.new) refs/heads/main\n"
    let (context, request) = try ExampleJudge.context(
      lines, in: repository.path, pusher: push.pusher, time: try Timestamp(push.time).seconds)
    let walker = LineWalker(store: context.store, maximumCommits: 100, baselines: [])
    guard let update = request.updates.first, let policy = context.policies.repository?.policy,
      let step = try walker.line(from: update.old, to: update.new).steps.first
    else { throw ExamplePush.Malformed(description: "there is no step to sign") }
    let change = StepChange(
      step: step, place: StepPlace(ref: update.ref, commit: step.commit), before: context.snapshot(step.parentTree),
      after: context.snapshot(step.tree))
    guard
      let statement = try ApprovalStatement.of(
        change, repository: policy.repository ?? "", expires: "",
        finder: LastChangeFinder(store: context.store, maximum: 1000),
        context)
    else { throw ExamplePush.Malformed(description: "there is nothing to sign") }
    return try keyed.mapping(file: { $0 }, message: { try self.signatures(in: $0, statement) })
  }

  private func keys(in text: String) throws -> String {
    guard text.contains(Self.key) else { return text }
    return try text.components(separatedBy: "\n").map { line in
      guard line.contains(Self.key), let email = line.split(separator: ":").first else { return line }
      return line.replacingOccurrences(
        of: Self.key, with: try publicKey(of: email.trimmingCharacters(in: .whitespaces)))
    }.joined(separator: "\n")
  }

  private func publicKey(of email: String) throws -> String {
    let path = folder.appendingPathComponent(email).path
    if made.insert(email).inserted { try run(["-q", "-t", "ed25519", "-N", "", "-C", email, "-f", path]) }
    return try String(contentsOfFile: path + ".pub", encoding: .utf8).trimmingCharacters(in: .newlines)
  }

  private func signatures(in message: String, _ statement: ApprovalStatement) throws -> String {
    try message.components(separatedBy: "\n").map { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 4, words[0] == "Approval-Signature:", words[3] == "…" else { return line }
      var statement = statement
      statement.expires = words[2]
      var signer = words[1]
      var namespace = ApprovalStatement.namespace
      let remark = words.dropFirst(4).joined(separator: " ").trimmingCharacters(in: ["(", ")"])
      switch remark.split(separator: " ").first {
      case "by": signer = words[4 + 1].trimmingCharacters(in: [")"])
      case "for": statement.ref = Array(words[4 + 1].trimmingCharacters(in: [")"]).utf8)
      case "in": namespace = words[4 + 1].trimmingCharacters(in: [")"])
      default: break
      }
      _ = try publicKey(of: signer)
      let text = folder.appendingPathComponent("statement")
      try Data(statement.text).write(to: text)
      try? FileManager.default.removeItem(atPath: text.path + ".sig")
      try run(["-q", "-Y", "sign", "-f", folder.appendingPathComponent(signer).path, "-n", namespace, text.path])
      let armored = try Data(contentsOf: URL(fileURLWithPath: text.path + ".sig"))
      guard let signature = SSHSignature(armored: Array(armored)) else {
        throw ExamplePush.Malformed(description: "`ssh-keygen` wrote no signature")
      }
      return "Approval-Signature: " + SignatureLine.value(email: words[1], expires: words[2], signature: signature)
    }.joined(separator: "\n")
  }

  private func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/ssh-keygen")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ExamplePush.Malformed(description: "ssh-keygen ended with \(process.terminationStatus)")
    }
  }
}
