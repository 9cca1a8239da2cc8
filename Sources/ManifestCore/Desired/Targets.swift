/// Where the deployments of each environment run: what a file of kind ReconcileTargets says.
package struct Targets: Sendable {
  /// What runs a deployment's versions, or leads requests to them.
  package enum Adapter: String, Sendable, CaseIterable {
    /// Folders with a link to the current one.
    case directory
    /// A server of the Open Inference Protocol with the model repository extension.
    case openInference = "open-inference"
    /// nginx, which splits requests between versions.
    case nginx
    /// A program that reads and writes JSON.
    case command
  }

  /// How it is told whether what was changed works.
  package enum Health: Sendable, Equatable {
    /// An address that answers with 200.
    case url(String)
    /// A program that ends with 0.
    case command([String])
  }

  /// One place.
  package struct Endpoint: Sendable {
    /// Its name, unique in its environment.
    package var name: String
    /// What it is.
    package var adapter: Adapter
    /// The deployments that it takes; a `*` at the end stands for anything.
    package var deployments: [String] = ["*"]
    /// `directory`: the folder of all deployments; `open-inference`: the server's model repository; `nginx`: the model
    /// repository of a Triton behind it, which has numbers for versions.
    package var path: String?
    /// How many old versions are kept beside the current ones.
    package var keep = 1
    /// What is run after something was changed.
    package var reload: [String] = []
    /// How it is told whether that works.
    package var health: Health?
    /// How long a version may take to get ready, in seconds.
    package var readySeconds = 120
    /// `open-inference`: the server; `nginx`: the server that requests go on to.
    package var url: String?
    /// `open-inference`: `mlserver` or `triton`.
    package var server: String?
    /// `open-inference` with mlserver: the class that serves a version without a `model-settings.json` of its own.
    package var implementation: String?
    /// `nginx`: the file that is written.
    package var config: String?
    /// `nginx`: the program.
    package var program: String?
    /// `nginx`: the configuration that includes the file; nil: the one that nginx was built with.
    package var mainConfig: String?
    /// `nginx`: where it listens, `host:port`.
    package var listen: String?
    /// `command`: the program and its arguments.
    package var command: [String] = []
    /// Whether `http://` is allowed to a host that is not this one.
    package var allowsInsecure = false
    /// `command`: the folder of the lease by which reconcilers of the same place exclude each other.
    package var lease: String?
    /// The environment that it belongs to: two of them may share a place.
    package var environment = ""
  }

  /// Where the drift of an environment's deployments is measured.
  package struct DriftSource: Sendable {
    /// A Prometheus server.
    package var prometheus: String?
    /// Its query; `{name}`, `{model}`, `{version}` and `{environment}` are filled in.
    package var query: String?
    /// A program that prints the score, in place of Prometheus.
    package var command: [String] = []
    /// Whether `http://` is allowed to a host that is not this one.
    package var allowsInsecure = false
  }

  /// Where versions come from whose files are not in git.
  package struct RegistrySource: Sendable {
    /// The files of a version, below `<registry>/<name>/<version>/`, for registries that cannot be listed.
    package var files: [String] = []
    /// The program that copies from `s3://`; `{uri}` and `{directory}` are filled in.
    package var s3Command: [String] = []
    /// Extra certificates to trust, for `https://`.
    package var caFile: String?
    /// How many bytes a file of an `https://` registry may have.
    package var maxBytes: Int64 = 64 << 30
  }

  /// One environment.
  package struct Environment: Sendable {
    /// Its name.
    package var name: String
    /// Its places, in the order of the file.
    package var endpoints: [Endpoint]
    /// Where drift is measured; nil: it is not.
    package var drift: DriftSource?
    /// Where files come from that git does not hold.
    package var registry = RegistrySource()
  }

  /// The name of the file's object.
  package var name: String
  /// The environments, in the order of the file.
  package var environments: [Environment]

  /// Whether an endpoint takes a deployment.
  package static func takes(_ endpoint: Endpoint, _ deployment: String) -> Bool {
    endpoint.deployments.contains { pattern in
      guard pattern.utf8.last == UInt8(ascii: "*") else { return pattern == deployment }
      return deployment.utf8.starts(with: pattern.utf8.dropLast())
    }
  }
}
