import Testing

@testable import ManifestCore

/// What an example says, ready to be made into commits.
struct ExamplePush {
  /// One file as a commit writes it.
  struct File: Equatable {
    var content: String
    var mode = "100644"
  }

  /// One commit: what it writes and removes.
  struct Change {
    var files: [String: File] = [:]
    var deletions: [String] = []
    var message: String?

    var isEmpty: Bool { files.isEmpty && deletions.isEmpty }
  }

  /// A place in a file that the findings must point at.
  struct Target: Hashable, CustomStringConvertible {
    var path: String
    var line: Int
    var column: Int

    var description: String { "\(path):\(line):\(column)" }
  }

  /// The commits that stand before the push, the first one with the files of the example repository.
  private(set) var before: [Change] = []
  /// The commits that the push brings.
  private(set) var after: [Change] = []
  /// Whether a page shortens keys or signatures, which the test has to make.
  var isSigned: Bool {
    (before + after).contains { change in
      change.message?.contains("Approval-Signature: ") == true
        || change.files.values.contains { $0.content.contains(ExampleSigner.key) }
    }
  }
  private(set) var commands: String?
  private(set) var hostPolicy: [String: String] = [:]
  private(set) var targets: Set<Target> = []
  private(set) var author = ExampleRepository.author
  private(set) var committer: String?
  private(set) var pusher = ExampleRepository.pusher
  private(set) var time = ExampleRepository.time
  private(set) var configuration: [(key: String, value: String)] = []
  /// The message of commits that show none.
  var defaultMessage: String {
    let hasPolicy = before.contains { $0.files["policies/policy.yaml"] != nil }
    return hasPolicy ? ExampleRepository.messageUnderPolicy : ExampleRepository.message
  }
  /// Files as they stand after the sections that were read.
  private var state: [String: String] = [:]

  /// A mistake in the example itself.
  struct Malformed: Error, CustomStringConvertible { var description: String }

  /// Reads an example.
  init(_ example: CheckExample) throws {
    var base = Change(message: "Begin\n")
    for file in ExampleRepository.files {
      base.files[file.path] = File(content: file.content)
      state[file.path] = file.content
    }
    before = [base]
    var standing = Change(message: "Prepare\n")
    var change = Change()
    for section in example.sections {
      switch section.kind {
      case .before(let path):
        standing.files[path] = try file(path, section)
        if path == "policies/policy.yaml", state["policies/approvers.yaml"] == nil {
          state["policies/approvers.yaml"] = ExampleRepository.approvers
          standing.files["policies/approvers.yaml"] = File(content: ExampleRepository.approvers)
        }
      case .after(let path): change.files[path] = try file(path, section)
      case .delete(let path): change.deletions.append(path)
      case .host(let name): hostPolicy[name] = try file(name, section).content
      case .message: change.message = section.body
      case .push: try read(section.body)
      case .commands: commands = section.body
      case .andThen: finish(&standing, &change)
      case .unknown(let header): throw Malformed(description: "unknown section `\(header)`")
      }
    }
    finish(&standing, &change)
    if commands != nil, let message = change.message { after.append(Change(message: message)) }
    if after.isEmpty, commands == nil { throw Malformed(description: "the example pushes nothing") }
  }

  /// The same push with every text changed, the files by their paths and the messages.
  func mapping(file: (String) throws -> String, message: (String) throws -> String) rethrows -> ExamplePush {
    func map(_ change: Change) throws -> Change {
      var change = change
      for (path, old) in change.files {
        change.files[path] = File(content: try file(old.content), mode: old.mode)
      }
      change.message = try change.message.map(message)
      return change
    }
    var copy = self
    copy.before = try before.map(map)
    copy.after = try after.map(map)
    return copy
  }

  private mutating func finish(_ standing: inout Change, _ change: inout Change) {
    if !standing.isEmpty { before.append(standing) }
    standing = Change(message: "Prepare further\n")
    if !change.isEmpty {
      after.append(change)
      change = Change()
    }
  }

  private mutating func read(_ lines: String) throws {
    for line in lines.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { throw Malformed(description: "not `key: value`: \(line)") }
      let value = String(line[line.index(after: colon)...].drop { $0 == " " })
      switch line[..<colon] {
      case "author": author = value
      case "committer": committer = value
      case "pusher": pusher = value
      case "time": time = value
      case "config":
        let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw Malformed(description: "not `config: key=value`: \(line)") }
        configuration.append((parts[0], parts[1]))
      default: throw Malformed(description: "unknown key: \(line)")
      }
    }
  }

  /// The content of a section's file: whole, or an excerpt laid over what stands; its marks become targets.
  private mutating func file(_ path: String, _ section: ExampleSection) throws -> File {
    var text = section.body
    if section.notes.contains("excerpt") {
      guard let base = state[path] ?? ExampleRepository.template(path) else {
        throw Malformed(description: "an excerpt of `\(path)`, of which nothing is known")
      }
      text = ExampleExcerpt.lay(text, over: base)
    }
    for note in section.notes where note.hasPrefix("without ") {
      text = ExampleExcerpt.remove(note.dropFirst("without ".count).split(separator: ".").map(String.init), from: text)
    }
    findTargets(path, text)
    text.removeAll { $0 == CheckExample.mark }
    state[path] = text
    if section.notes.contains("symbolic link") { return File(content: String(text.dropLast()), mode: "120000") }
    return File(content: text, mode: section.notes.contains("executable") ? "100755" : "100644")
  }

  private mutating func findTargets(_ path: String, _ text: String) {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var column = 1
      for scalar in line.unicodeScalars {
        if Character(scalar) == CheckExample.mark {
          targets.insert(Target(path: path, line: number + 1, column: column))
        } else {
          column += 1
        }
      }
    }
  }
}
