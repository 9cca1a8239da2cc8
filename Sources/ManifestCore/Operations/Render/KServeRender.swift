/// What should run in an environment, as objects of Kubernetes: KServe's InferenceService and the Gateway API's HTTPRoute.
struct KServeRender {
  /// How an environment is rendered.
  struct Options {
    /// The model format of versions that name none themselves.
    var modelFormat: String?
    /// The gateway that routes hang on.
    var gateway: String?
    /// The gateway's namespace.
    var gatewayNamespace: String?
    /// What host names of routes end in.
    var domain: String?
  }

  /// One file of the answer.
  struct File {
    /// Its name.
    var name: String
    /// Its documents.
    var documents: [YAMLValue]

    /// Its text.
    var text: String { documents.map(\.document).joined(separator: "---\n") }
  }

  /// The longest name of an InferenceService: the names of KServe's own services, `<name>-predictor`, are labels too.
  static let maximumName = DNSLabel.maximumLength - "-predictor".utf8.count
  /// The file that lists the others.
  static let listName = "kustomization.yaml"

  let options: Options

  /// Renders an environment, the files by name; throws every reason at once why that cannot be done.
  func files(of state: DesiredState) throws(Refused) -> [File] {
    var reasons = state.unreadable.map { entry in
      Refused.Reason(
        "`\(Text.cut(entry.name))` in `\(Text.cut(state.environment))` cannot be read: \(entry.reason)",
        fix: "mend the manifest, `mlops-hook check --all` shows where; nothing was rendered")
    }
    var files: [File] = []
    for deployment in state.deployments.sorted(by: { $0.name < $1.name }) {
      do throws(Refused) {
        files.append(File(name: deployment.name + ".yaml", documents: try documents(of: deployment)))
      } catch {
        reasons += error.reasons
      }
    }
    reasons += clashes(state.deployments)
    if !reasons.isEmpty { throw Refused(reasons) }
    return files
  }

  /// The file that lists the others, for kustomize.
  static func list(_ files: [File]) -> File {
    File(
      name: listName,
      documents: [
        .mapping([
          ("apiVersion", .text("kustomize.config.k8s.io/v1beta1")), ("kind", .text("Kustomization")),
          ("resources", .list(files.map { .text($0.name) })),
        ])
      ])
  }

  // MARK: Names

  /// The name of the InferenceService of a version: the deployment's own, unless routes lead to versions.
  static func serviceName(_ deployment: DesiredDeployment, _ version: String) -> String {
    guard !deployment.routes.isEmpty else { return deployment.name }
    let label = version.utf8.map { byte in
      byte.isUppercaseLetter ? byte | 0x20 : byte.isLowercaseLetter || byte.isDigit ? byte : UInt8(ascii: "-")
    }
    return deployment.name + "-" + String(decoding: label, as: UTF8.self)
  }

  /// Names that two objects would have; one without a namespace may come into any.
  private func clashes(_ deployments: [DesiredDeployment]) -> [Refused.Reason] {
    var reasons: [Refused.Reason] = []
    var known: [String: [(namespace: String?, words: String)]] = [:]
    for deployment in deployments.sorted(by: { $0.name < $1.name }) {
      for version in deployment.versions {
        let name = Self.serviceName(deployment, version.version)
        let words = "`\(Text.cut(version.version))` of `\(Text.cut(deployment.name))`"
        let space = deployment.namespace
        let other = known[name]?.first { $0.namespace == space || $0.namespace == nil || space == nil }
        if let other {
          reasons.append(
            .init(
              "\(other.words) and \(words) would both be the InferenceService `\(Text.cut(name))`",
              fix: other.namespace == space
                ? "rename one of them: in names of Kubernetes every character but letters and digits is `-`"
                : "rename one of them, or give both a namespace of their own: without one it comes into any"))
        }
        known[name, default: []].append((space, words))
      }
    }
    let routed = deployments.filter { !$0.routes.isEmpty }.map(\.name).sorted()
    if routed.count > 1, options.domain == nil {
      reasons.append(
        .init(
          "the routes of \(Text.list(routed)) would take each other's requests: they share a gateway",
          fix: "give each a host name: `--domain models.example.com`"))
    }
    return reasons
  }

  // MARK: Objects

  private func documents(of deployment: DesiredDeployment) throws(Refused) -> [YAMLValue] {
    var reasons: [Refused.Reason] = []
    var documents: [YAMLValue] = []
    if deployment.name + ".yaml" == Self.listName {
      reasons.append(
        .init("a deployment cannot be rendered under the name `kustomization`", fix: "give it another name"))
    }
    for version in deployment.versions {
      do throws(Refused) { documents.append(try service(version, of: deployment)) } catch { reasons += error.reasons }
    }
    if !deployment.routes.isEmpty {
      let route = KServeRoute(deployment: deployment, options: options)
      do throws(Refused) { documents.append(try route.document()) } catch { reasons += error.reasons }
    }
    if !reasons.isEmpty { throw Refused(reasons) }
    return documents
  }

  private func service(_ version: DesiredVersion, of deployment: DesiredDeployment) throws(Refused) -> YAMLValue {
    let name = Self.serviceName(deployment, version.version)
    guard name.utf8.count <= Self.maximumName, name.utf8.first?.isLowercaseLetter == true else {
      throw Refused(
        name.utf8.count > Self.maximumName
          ? "the InferenceService `\(Text.cut(name))` has a name of \(name.utf8.count) characters, more than \(Self.maximumName)"
          : "the InferenceService `\(Text.cut(name))` does not begin with a letter, as KServe asks it",
        fix: "give the deployment, or the version, another name")
    }
    let format = try ModelFormat.of(version, of: deployment, default: options.modelFormat)
    var annotations: [(String, YAMLValue)] = []
    if let digest = version.digest { annotations.append(("mlops/digest", .text(digest))) }
    annotations.append(("mlops/model", .text(deployment.model)))
    annotations.append(("mlops/version", .text(version.version)))
    annotations.append(("serving.kserve.io/deploymentMode", .text("Standard")))
    // Without a replica nothing is to run; a minimum of 0 alone would only let it sleep.
    if deployment.replicas == 0 { annotations.append(("serving.kserve.io/stop", .text("true"))) }
    var predictor: [(String, YAMLValue)] = [("minReplicas", .number(deployment.replicas))]
    if deployment.replicas > 0 { predictor.append(("maxReplicas", .number(deployment.replicas))) }
    let amounts = deployment.resources.sorted { $0.name < $1.name }.map { ($0.name, YAMLValue.text($0.value)) }
    predictor.append(
      (
        "model",
        .mapping([
          ("modelFormat", .mapping([("name", .text(format))])), ("protocolVersion", .text("v2")),
          ("storageUri", .text(try Self.address(version, of: deployment))),
          ("resources", .mapping([("requests", .mapping(amounts)), ("limits", .mapping(amounts))])),
        ])
      ))
    return .mapping([
      ("apiVersion", .text("serving.kserve.io/v1beta1")), ("kind", .text("InferenceService")),
      (
        "metadata",
        .mapping(
          [("name", .text(name))] + YAMLValue.optional("namespace", deployment.namespace)
            + [("annotations", .mapping(annotations))])
      ),
      ("spec", .mapping([("predictor", .mapping(predictor))])),
    ])
  }

  /// Where a version's files are: `<registry>/<model>/<version>`.
  private static func address(_ version: DesiredVersion, of deployment: DesiredDeployment) throws(Refused) -> String {
    do throws(RegistryPlace.Problem) {
      return try RegistryPlace(version.version, of: deployment.model, in: deployment.registry).text
    } catch {
      throw Refused(error.message, fix: error.fix)
    }
  }
}
