private import Glibc
import YAMLTree

/// What would only show when it is used, or not at all.
extension TargetsReader {
  /// Reads the address of a server; `http` to another machine has to be allowed.
  func address(_ key: String, _ fields: FieldReader, required: Bool, allowsInsecure: Bool) -> String? {
    guard let text = fields.string(key, required: required, checked(ServerAddress.problem(in:))) else { return nil }
    guard ServerAddress.isOpen(text.value), !allowsInsecure else { return text.value }
    fields.report(
      .manifestValue, text.mark, key,
      "`\(fields.field(key))` is `http` to another machine, so that anybody on the way could read and change what is sent",
      fix: "use `https`, or set `allow_insecure: true` where nobody else is on the way")
    return nil
  }

  /// Reads how it is told whether what was changed works.
  func health(_ fields: FieldReader) -> Targets.Health? {
    guard fields.pair("health") != nil, let health = fields.mapping("health", known: ["url", "command"]) else {
      return nil
    }
    guard health.pair("command") != nil else {
      return address("url", health, required: true, allowsInsecure: true).map { .url($0) }
    }
    if health.pair("url") != nil {
      health.report(
        .manifestSchema, health.node.mark, "command", "`\(fields.field("health"))` names an address and a command",
        fix: "keep one of them")
    }
    return .command(program("command", health, required: true))
  }

  /// Reads a query whose names in braces are all filled in: what is left as it is finds no sample, ever.
  func query(_ fields: FieldReader, required: Bool) -> String? {
    guard let text = fields.string("query", required: required) else { return nil }
    let known = ["name", "model", "version", "environment"]
    for part in text.value.utf8.split(separator: UInt8(ascii: "{")).dropFirst(text.value.utf8.first == 0x7b ? 0 : 1) {
      let word = part.prefix { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
      guard !word.isEmpty, part.dropFirst(word.count).first == UInt8(ascii: "}"),
        !known.contains(where: { $0.utf8.elementsEqual(word) })
      else { continue }
      let name = String(decoding: Array(word), as: UTF8.self)
      let near = Suggestion.nearest(to: name, among: known)
      fields.report(
        .manifestValue, text.mark, "query", "nothing is filled in for `{\(Text.cut(name))}`",
        fix: near.map { "did you mean `{\($0)}`?" } ?? "use \(Text.list(known.map { "{\($0)}" }, "or"))")
    }
    return text.value
  }

  /// Tells two places of one environment that are the same: each would take what the other put there for a fault.
  func checkPlaces(_ endpoints: [(endpoint: Targets.Endpoint, mark: Mark, field: String)]) {
    var seen: [[UInt8]: String] = [:]
    for (endpoint, mark, field) in endpoints {
      let place = endpoint.adapter == .nginx ? endpoint.config : endpoint.path
      guard let place, endpoint.adapter != .command else { continue }
      let parts = place.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
      let key = Array(parts.joined(separator: [UInt8(ascii: "/")]))
      if let other = seen.updateValue(endpoint.name, forKey: key) {
        report(
          mark, field: field,
          "`\(Text.cut(endpoint.name))` and `\(Text.cut(other))` have the same place `\(Text.cut(place))`",
          fix: "give each a place of its own, or keep one of the two")
      }
    }
  }

  /// The programs of a file that are not there.
  static func missingPrograms(_ targets: Targets) -> [(text: String, fix: String?)] {
    targets.environments.flatMap { environment -> [(text: String, fix: String?)] in
      var commands: [(key: String, program: String?)] = environment.endpoints.flatMap { endpoint in
        var own: [(key: String, program: String?)] = [
          ("reload", endpoint.reload.first), ("command", endpoint.command.first), ("program", endpoint.program),
        ]
        if case .command(let words)? = endpoint.health { own.append(("health.command", words.first)) }
        return own.map { (key: "\(endpoint.name): \($0.key)", program: $0.program) }
      }
      commands.append(("drift.command", environment.drift?.command.first))
      commands.append(("registry.s3_command", environment.registry.s3Command.first))
      return commands.compactMap { command -> (text: String, fix: String?)? in
        guard let program = command.program, access(program, X_OK) != 0 || SafeFiles.isFolder(program) else {
          return nil
        }
        return (
          text: "\(environment.name): \(command.key): `\(Text.cut(program))` is no program that can be run here",
          fix: "name one by its path, as `command -v` prints it"
        )
      }
    }
  }
}
