import ManifestCore

/// How nginx chooses the version for a request of one deployment.
struct NginxChoice {
  /// The variable that holds the version.
  let version: String
  /// The variable that holds the server's own name for it.
  let folder: String
  /// The blocks that fill them.
  private(set) var text = ""
  /// Whether a header has an underscore in its name, which nginx drops otherwise.
  private(set) var needsUnderscores = false

  /// The choice of one deployment; `index` keeps the variables short, as nginx's tables of them are small.
  init(_ entry: NginxConfig.Entry, _ index: Int) throws {
    let table = entry.table
    // A route without a share is none: its version was neither judged nor put anywhere.
    let shared = table.routes.filter { $0.weight > 0 }
    let routes = shared.isEmpty ? [.init(name: nil, version: table.version, weight: 100)] : shared
    for route in routes {
      try NginxWord.check(version: route.version)
      if let name = route.name { try NginxWord.check(label: name) }
    }
    let share = "$mlops_s\(index)"
    let isSticky = (table.method ?? "weight") != "weight" && table.key != nil
    version = isSticky ? "$mlops_v\(index)" : share
    folder = entry.folders == nil ? version : "$mlops_f\(index)"
    text += Self.shares(routes, share)
    if let source = try source(table) {
      text += "map \(source.variable) \(version) {\n  default \(share);\n"
      var known: Set<String> = []
      // A route's name goes before a version of the same letters.
      let keys =
        routes.compactMap { route in route.name.map { ($0, route.version) } } + routes.map { ($0.version, $0.version) }
      for (key, target) in keys where known.insert(key).inserted {
        text += "  \"\(source.pattern(NginxWord.literal(key)))\" \"\(target)\";\n"
      }
      text += "}\n"
    }
    guard let folders = entry.folders else { return }
    text += "map \(version) \(folder) {\n  default \(version);\n"
    for (version, name) in folders.sorted(by: { $0.key < $1.key }) {
      try NginxWord.check(version: version)
      try NginxWord.check(version: name)
      text += "  \"~^\(NginxWord.literal(version))\\z\" \"\(name)\";\n"
    }
    text += "}\n"
  }

  private static func shares(_ routes: [RouteTable.Route], _ variable: String) -> String {
    var text = "split_clients $request_id \(variable) {\n"
    for route in routes.dropLast() { text += "  \(route.weight)% \"\(route.version)\";\n" }
    // The last one takes what rounding leaves.
    text += "  * \"\(routes.last?.version ?? "")\";\n}\n"
    return text
  }

  /// Where the name of a route is looked for, and how.
  private mutating func source(_ table: RouteTable) throws -> (variable: String, pattern: (String) -> String)? {
    guard let method = table.method, method != "weight", let key = table.key else { return nil }
    if method == "cookie" {
      let name = NginxWord.literal(key)
      return ("$http_cookie", { "~(?:^|;)[ \\t]*\(name)=\($0)[ \\t]*(?:;|\\z)" })
    }
    guard !key.isEmpty, key.utf8.allSatisfy({ NginxWord.isAlphanumeric($0) || "-_".utf8.contains($0) }) else {
      throw TargetFailure(
        "nginx cannot choose by the header `\(Text.cut(Text.escape(key)))`",
        fix: "name it with letters, digits and `-` alone")
    }
    needsUnderscores = key.utf8.contains(UInt8(ascii: "_"))
    let variable = key.lowercased().map { $0 == "-" ? "_" : String($0) }.joined()
    return ("$http_" + variable, { "~^\($0)\\z" })
  }
}
