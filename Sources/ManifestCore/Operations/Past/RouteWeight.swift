/// One route of a deployment: how much of the requests a version gets.
struct RouteWeight: Equatable {
  var version: String
  var weight: Int
  var name: String?

  /// The routes of a deployment, in the order of its routings.
  static func all(of state: DeploymentState?) -> [RouteWeight] {
    (state?.routings ?? []).flatMap(\.routing.routes).map {
      RouteWeight(version: $0.version.value, weight: $0.weight, name: $0.name)
    }
  }

  /// Routes in one line; a word for none.
  static func line(_ routes: [RouteWeight]) -> String {
    routes.isEmpty ? "none" : routes.map { "\(Text.cut($0.version)) \($0.weight)%" }.joined(separator: ", ")
  }

  /// Routes as JSON.
  static func json(_ routes: [RouteWeight]) -> JSONValue {
    .array(
      routes.map { route in
        .object([
          ("version", .string(route.version)), ("weight", .number(route.weight)), ("name", .optional(route.name)),
        ])
      })
  }
}
