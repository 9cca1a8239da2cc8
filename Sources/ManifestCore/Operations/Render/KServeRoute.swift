/// A deployment's routing as an HTTPRoute of the Gateway API.
///
/// A request that names a route in the header or the cookie goes there; every other one by the weights.
struct KServeRoute {
  let deployment: DesiredDeployment
  let options: KServeRender.Options

  /// The most backends of a rule, and the most rules of a route.
  static let maximum = 16
  /// The port of the service that KServe makes for a predictor.
  private static let port = 80

  /// The route; throws every reason why there can be none.
  func document() throws(Refused) -> YAMLValue {
    var reasons: [Refused.Reason] = []
    let name = "`\(Text.cut(deployment.name))`"
    if options.gateway == nil {
      reasons.append(.init("\(name) has routes, and no gateway is named", fix: "name it: `--gateway NAME`"))
    }
    // A route of weight 0 has no version that runs.
    let routes = deployment.routes.filter { $0.weight > 0 }
    let choices = chooser == nil ? [] : routes.filter { $0.name != nil }
    let backends = shares(routes)
    if backends.count > Self.maximum {
      reasons.append(
        .init(
          "\(name) leads requests to \(backends.count) versions, more than \(Self.maximum) in one rule of an HTTPRoute",
          fix: "lead them to fewer versions"))
    }
    if choices.count >= Self.maximum {
      reasons.append(
        .init(
          "\(name) has \(choices.count) named routes, more than \(Self.maximum - 1) beside the rule for all others",
          fix: "use fewer routes"))
    }
    guard reasons.isEmpty, let gateway = options.gateway else { throw Refused(reasons) }
    let parent = [("name", YAMLValue.text(gateway))] + YAMLValue.optional("namespace", options.gatewayNamespace)
    var rules: [YAMLValue] = choices.compactMap { route in
      guard let match = match(route) else { return nil }
      return .mapping([("matches", .list([match])), ("backendRefs", .list([backend(route.version, weight: nil)]))])
    }
    rules.append(.mapping([("backendRefs", .list(backends.map { backend($0.version, weight: $0.weight) }))]))
    var spec: [(String, YAMLValue)] = [("parentRefs", .list([.mapping(parent)]))]
    if let domain = options.domain { spec.append(("hostnames", .list([.text(deployment.name + "." + domain)]))) }
    spec.append(("rules", .list(rules)))
    return .mapping([
      ("apiVersion", .text("gateway.networking.k8s.io/v1")), ("kind", .text("HTTPRoute")),
      (
        "metadata",
        .mapping([("name", .text(deployment.name))] + YAMLValue.optional("namespace", deployment.namespace))
      ), ("spec", .mapping(spec)),
    ])
  }

  /// What a request may choose a route with; nil where weights alone decide.
  private var chooser: (isCookie: Bool, key: String)? {
    guard let splitting = deployment.splitting, let key = splitting.key else { return nil }
    return splitting.method == "cookie" ? (true, key) : splitting.method == "header" ? (false, key) : nil
  }

  private func match(_ route: DesiredDeployment.Route) -> YAMLValue? {
    guard let chooser, let name = route.name else { return nil }
    guard chooser.isCookie else {
      return .mapping([("headers", .list([.mapping([("name", .text(chooser.key)), ("value", .text(name))])]))])
    }
    // Whole, as Envoy matches, and from end to end where a gateway would look for a part.
    let value = "^(.*; *)?" + Self.escaped(chooser.key) + "=" + Self.escaped(name) + "(;.*)?$"
    return .mapping([
      (
        "headers",
        .list([
          .mapping([("type", .text("RegularExpression")), ("name", .text("cookie")), ("value", .text(value))])
        ])
      )
    ])
  }

  /// A text that a regular expression takes for itself.
  private static func escaped(_ text: String) -> String {
    let special = Array(#"\.+*?()|[]{}^$"#.utf8)
    return String(
      decoding: text.utf8.flatMap { special.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] }, as: UTF8.self)
  }

  /// The share of each version, in the order of the routes.
  private func shares(_ routes: [DesiredDeployment.Route]) -> [(version: String, weight: Int)] {
    var shares: [(version: String, weight: Int)] = []
    for route in routes {
      if let index = shares.firstIndex(where: { $0.version == route.version }) {
        shares[index].weight += route.weight
      } else {
        shares.append((route.version, route.weight))
      }
    }
    return shares
  }

  private func backend(_ version: String, weight: Int?) -> YAMLValue {
    let service = KServeRender.serviceName(deployment, version) + "-predictor"
    let pairs: [(String, YAMLValue)] = [("name", .text(service)), ("port", .number(Self.port))]
    return .mapping(pairs + (weight.map { [("weight", .number($0))] } ?? []))
  }
}
