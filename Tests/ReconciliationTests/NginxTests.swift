import Foundation
import Testing

@testable import ManifestCore
@testable import Networking
@testable import Reconciliation

/// A real nginx that leads requests to itself: what is behind it answers with the address that was asked.
private final class NginxScene {
  let folder: Folder
  let url: String
  let port: Int
  let behind: Int
  let config: String
  private let program: String
  private let server: Served

  /// Starts nginx; nil where it is not installed.
  init?() async throws {
    guard let program = try Served.tool("/usr/sbin/nginx", "/usr/local/bin/nginx") else { return nil }
    self.program = program
    folder = try Folder()
    let ports = try Served.ports(2)
    (port, behind) = (ports[0], ports[1])
    url = "http://127.0.0.1:\(port)"
    config = folder.path + "/sites/mlops.conf"
    try FileManager.default.createDirectory(atPath: folder.path + "/sites", withIntermediateDirectories: true)
    server = try ServedNginx.start(
      program, in: folder,
      """
      include \(folder.path)/sites/*;
      server { listen 127.0.0.1:\(behind); location / { return 200 "$request_uri\\n"; } }
      """)
    try await server.answers("http://127.0.0.1:\(behind)/")
  }

  // Its workers end with it only where it ends by itself.
  deinit { server.stop() }

  func site(_ change: (inout Targets.Endpoint) -> Void = { _ in }) throws -> Site {
    var endpoint = Targets.Endpoint(name: "nginx", adapter: .nginx)
    endpoint.config = config
    endpoint.program = program
    endpoint.mainConfig = folder.path + "/nginx.conf"
    endpoint.listen = "127.0.0.1:\(port)"
    endpoint.url = "http://127.0.0.1:\(behind)"
    change(&endpoint)
    let contents = ["v1.0.0": "1", "v2.0.0": "2", "v3.0.0-rc.1+build.5": "3"]
    return try Site([NginxAdapter(endpoint)], contents: contents)
  }

  /// What curl prints.
  func curl(_ arguments: String...) throws -> String {
    let process = Process()
    let file = folder.path + "/curl.out"
    try "".write(toFile: file, atomically: false, encoding: .utf8)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
    process.arguments = ["--silent", "--noproxy", "*", "--path-as-is", "--max-time", "120"] + arguments
    process.standardOutput = FileHandle(forWritingAtPath: file)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return try String(contentsOfFile: file, encoding: .utf8)
  }
}

/// nginx, configured by the operator while it answers.
@Suite("nginx", .serialized) struct NginxTests {
  private let split = [
    DesiredDeployment.Route(name: "stable", version: "v1.0.0", weight: 80),
    .init(name: "canary", version: "v2.0.0", weight: 20),
    .init(name: "next", version: "v3.0.0-rc.1+build.5", weight: 0),
  ]

  @Test("10,000 requests are split within 2 % of 80 to 20, and are told their version") func shares() async throws {
    guard let scene = try await NginxScene() else { return }
    let site = try scene.site()
    try await site.reach([site.deployment("churn", "v1.0.0", routes: split)])
    let lines = try scene.curl(scene.url + "/v2/models/churn/infer?[1-10000]").split(separator: "\n")
    let first = lines.filter { $0.hasPrefix("/v2/models/churn/versions/v1.0.0/infer?") }.count
    let second = lines.filter { $0.hasPrefix("/v2/models/churn/versions/v2.0.0/infer?") }.count
    #expect(first + second == 10_000)
    #expect((7800...8200).contains(first), "\(first) of 10,000")
    let head = try scene.curl("--include", scene.url + "/v2/models/churn").lowercased()
    let version = head.contains("/versions/v1.0.0\n") ? "v1.0.0" : "v2.0.0"
    #expect(head.contains("x-model-version: \(version)\r\n"), "\(head)")
  }

  @Test("a header or a cookie picks a route, by its name or its version", arguments: ["header", "cookie"])
  func picks(method: String) async throws {
    guard let scene = try await NginxScene() else { return }
    let site = try scene.site()
    let key = method == "header" ? "X-Variant" : "a.variant"
    let only = [
      DesiredDeployment.Route(name: "stable", version: "v1.0.0", weight: 99),
      .init(name: "next", version: "v3.0.0-rc.1+build.5", weight: 1), .init(name: "off", version: "v2.0.0", weight: 0),
    ]
    try await site.reach([
      site.deployment("churn", "v1.0.0", routes: only, splitting: .init(method: method, key: key))
    ])
    func ask(_ value: String) throws -> String {
      let header = method == "header" ? "\(key): \(value)" : "Cookie: b=1; \(key)=\(value); c=2"
      return try scene.curl("--header", header, scene.url + "/v2/models/churn/infer")
    }
    let next = "/v2/models/churn/versions/v3.0.0-rc.1+build.5/infer\n"
    for value in ["next", "v3.0.0-rc.1+build.5"] {
      let answer = try ask(value)
      #expect(answer == next)
    }
    for value in ["stable", "v1.0.0"] {
      #expect(try ask(value) == "/v2/models/churn/versions/v1.0.0/infer\n", "\(value)")
    }
    // Whatever else goes by weight: of ten requests some get the version that has nearly all.
    for value in ["", "nexT", "xnext", "v3x0.0-rc.1+build.5", "off", "v2.0.0"] {
      let answers = try (0..<10).map { _ in try ask(value) }
      #expect(answers.contains("/v2/models/churn/versions/v1.0.0/infer\n"), "\(value)")
      #expect(!answers.contains { $0.contains("v2.0.0") }, "a route without a share is none: \(value)")
    }
  }

  @Test("what names a version gets it, and nothing else of the server can be reached") func reachable() async throws {
    guard let scene = try await NginxScene() else { return }
    let site = try scene.site()
    try await site.reach([site.deployment("churn", "v1.0.0"), site.deployment("churn-eu", "v2.0.0")])
    func ask(_ path: String) throws -> String { try scene.curl(scene.url + path) }
    #expect(try ask("/v2/models/churn/versions/v9/infer") == "/v2/models/churn/versions/v9/infer\n")
    #expect(try ask("/v2/models/churn-eu/infer") == "/v2/models/churn-eu/versions/v2.0.0/infer\n")
    #expect(try ask("/v2/health/ready") == "/v2/health/ready\n")
    for path in [
      "/v2/repository/index", "/v2/models/other/infer", "/v2/models/churn/../../repository/models/churn/unload",
      "/v2/models/churn/versions/..%2f..%2f..%2frepository/index", "/v2/models/churn/%2e%2e/%2e%2e/repository/index",
    ] {
      #expect(try ask(path).contains("404 Not Found"), "\(path)")
    }
    try await site.reach([site.deployment("churn-eu", "v2.0.0")])
    #expect(try ask("/v2/models/churn/infer").contains("404 Not Found"))
    #expect(try ask("/v2/models/churn-eu/infer") == "/v2/models/churn-eu/versions/v2.0.0/infer\n")
  }

  @Test("what nginx refuses, or cannot bring into force, leaves the old configuration in force") func refused()
    async throws
  {
    guard let scene = try await NginxScene() else { return }
    let site = try scene.site()
    let old = try site.deployment("churn", "v1.0.0")
    let new = try site.deployment("churn", "v2.0.0")
    try await site.reach([old])
    let before = try String(contentsOfFile: scene.config, encoding: .utf8)
    func stands(_ site: Site, _ words: String) async throws {
      let failure = await #expect(throws: TargetFailure.self) { try await site.pass([new]) }
      #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
      #expect(
        failure?.message.contains("; the old configuration is in force again") == true, "\(failure?.message ?? "")")
      #expect(try String(contentsOfFile: scene.config, encoding: .utf8) == before)
      #expect(try scene.curl(scene.url + "/v2/models/churn/infer") == "/v2/models/churn/versions/v1.0.0/infer\n")
      #expect(try await self.isSettled(scene, old))
    }
    // `nginx -t` takes a port that somebody else has; only nginx itself finds out.
    let (socket, taken) = try Served.listen()
    defer { close(socket) }
    try await stands(scene.site { $0.listen = "127.0.0.1:\(taken)" }, "nginx did not take the new configuration")
    try await stands(
      scene.site { $0.url = "http://no-such-host.invalid:80" }, "nginx refuses the configuration")
    try await stands(
      scene.site {
        $0.health = .command(["/bin/sh", "-c", "echo too warm >&2; exit 1"]); $0.readySeconds = 1
      },
      "too warm")
  }

  private func isSettled(_ scene: NginxScene, _ deployment: DesiredDeployment) async throws -> Bool {
    try await scene.site().plan([deployment]).isEmpty
  }

  @Test("what people and crashes leave is seen and mended", arguments: ["edit", "cut", "gone", "crash", "port"])
  func mended(by what: String) async throws {
    guard let scene = try await NginxScene() else { return }
    var site = try scene.site()
    let all = [try site.deployment("churn", "v1.0.0"), try site.deployment("ranker", "v2.0.0")]
    try await site.reach(all)
    let text = try String(contentsOfFile: scene.config, encoding: .utf8)
    var url = scene.url
    switch what {
    case "edit":
      try text.replacingOccurrences(of: "* \"v1.0.0\"", with: "* \"v6.6.6\"")
        .write(toFile: scene.config, atomically: false, encoding: .utf8)
    case "cut": try "server {".write(toFile: scene.config, atomically: false, encoding: .utf8)
    case "gone": try FileManager.default.removeItem(atPath: scene.config)
    case "crash":
      // The file was written, and nginx never told.
      try text.write(
        toFile: scene.folder.path + "/sites/.mlops.conf.mlops/before.conf", atomically: false, encoding: .utf8)
      try text.replacingOccurrences(of: "v1.0.0", with: "v2.0.0")
        .write(toFile: scene.config, atomically: false, encoding: .utf8)
    default:
      let port = try Served.ports(1)[0]
      url = "http://127.0.0.1:\(port)"
      site = try scene.site { $0.listen = "127.0.0.1:\(port)" }
    }
    #expect(try await !site.plan(all).isEmpty)
    try await site.reach(all)
    #expect(try scene.curl(url + "/v2/models/churn/infer") == "/v2/models/churn/versions/v1.0.0/infer\n")
    #expect(try scene.curl(url + "/v2/models/ranker/infer") == "/v2/models/ranker/versions/v2.0.0/infer\n")
  }

  @Test("a file that nobody can read any more loses no deployment that is not changed now", arguments: [true, false])
  func unreadable(isThere: Bool) async throws {
    guard let scene = try await NginxScene() else { return }
    let site = try scene.site()
    try await site.reach([site.deployment("churn", "v1.0.0"), site.deployment("ranker", "v2.0.0")])
    let text = try String(contentsOfFile: scene.config, encoding: .utf8)
    if isThere {
      try ("# a note\n" + text).write(toFile: scene.config, atomically: false, encoding: .utf8)
    } else {
      try FileManager.default.removeItem(atPath: scene.config)
    }
    // `ranker` is held, say: only `churn` is changed.
    try await site.pass([site.deployment("churn", "v2.0.0")])
    #expect(try scene.curl(scene.url + "/v2/models/churn/infer") == "/v2/models/churn/versions/v2.0.0/infer\n")
    #expect(try scene.curl(scene.url + "/v2/models/ranker/infer") == "/v2/models/ranker/versions/v2.0.0/infer\n")
  }

  @Test("after a crash at the very end of a change, a failure goes back to that change, not to the one before")
  func oneGeneration() async throws {
    guard let scene = try await NginxScene() else { return }
    let site = try scene.site()
    let ranker = try site.deployment("ranker", "v1.0.0")
    try await site.reach([site.deployment("churn", "v1.0.0"), ranker])
    let before = try String(contentsOfFile: scene.config, encoding: .utf8)
    try await site.reach([site.deployment("churn", "v2.0.0"), ranker])
    try before.write(
      toFile: scene.folder.path + "/sites/.mlops.conf.mlops/before.conf", atomically: false, encoding: .utf8)
    let sick = try scene.site {
      $0.health = .command(["/bin/sh", "-c", "exit 1"]); $0.readySeconds = 1
    }
    await #expect(throws: TargetFailure.self) {
      try await sick.pass([sick.deployment("churn", "v2.0.0"), sick.deployment("ranker", "v2.0.0")])
    }
    #expect(try scene.curl(scene.url + "/v2/models/churn/infer") == "/v2/models/churn/versions/v2.0.0/infer\n")
    #expect(try scene.curl(scene.url + "/v2/models/ranker/infer") == "/v2/models/ranker/versions/v1.0.0/infer\n")
  }

  @Test("a file of another environment is left alone, in words") func otherEnvironment() async throws {
    guard let scene = try await NginxScene() else { return }
    let site = try scene.site { $0.environment = "staging" }
    try await site.reach([site.deployment("churn", "v1.0.0")])
    let other = try scene.site { $0.environment = "production" }
    let failure = await #expect(throws: TargetFailure.self) { try await other.plan([]) }
    #expect(
      failure?.message.contains("holds the deployments of the environment `staging`") == true,
      "\(failure?.message ?? "")")
    #expect(try await site.plan([site.deployment("churn", "v1.0.0")]).isEmpty)
    try await site.reach([])
    try await other.reach([other.deployment("churn", "v2.0.0")])
  }

  @Test("nothing breaks out of nginx's syntax", arguments: ["$a;", "a b", "a\"b", "a}", "x\ny", "a|b"])
  func syntax(word: String) throws {
    var endpoint = Targets.Endpoint(name: "nginx", adapter: .nginx)
    (endpoint.listen, endpoint.url) = ("127.0.0.1:1", "http://127.0.0.1:2")
    func text(_ name: String = "churn", _ version: String = "v1", _ method: String, _ key: String) throws -> String {
      var config = NginxConfig()
      let table = RouteTable(version: version, routes: [], method: method, key: key)
      config.entries[name] = .init(table: table, folders: nil)
      let lines = try config.text(endpoint).text.split(separator: "\n", maxSplits: 2)
      return String(lines[2])
    }
    #expect(throws: TargetFailure.self) { try text("churn", "v1", "header", word) }
    #expect(throws: TargetFailure.self) { try text("churn", word, "weight", "") }
    #expect(throws: TargetFailure.self) { try text(word, "v1", "weight", "") }
    #expect(try !text("churn", "v1", "cookie", word).contains(word))
    endpoint.url = "http://127.0.0.1:2/" + word
    #expect(throws: TargetFailure.self) { try text("churn", "v1", "weight", "") }
    endpoint.url = "http://127.0.0.1:2"
    endpoint.listen = word + ":80"
    #expect(throws: TargetFailure.self) { try text("churn", "v1", "weight", "") }
  }
}
