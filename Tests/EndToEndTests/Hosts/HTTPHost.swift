import Foundation

/// A real web server before the host of a scene, as `docs/install/smart-http.md` sets it up.
final class HTTPHost {
  /// The servers of the page.
  enum Kind: String, CaseIterable, Sendable { case nginx, lighttpd }

  /// The password of everybody.
  static let password = "correct-horse-4711"

  private let scene: Scene
  private let server: HostServer
  private let backend: Running?

  /// Starts the server; nil where it is not installed.
  ///
  /// - Parameter hidesPassword: whether the password is kept from hooks, as the page does.
  init?(_ scene: Scene, _ kind: Kind, people: [String] = ["carol"], hidesPassword: Bool = true) throws {
    guard let program = try (kind == .nginx ? TestTool.nginx : .lighttpd).orSkip() else { return nil }
    self.scene = scene
    let sandbox = scene.sandbox
    let root = sandbox.root
    let users = try sandbox.write("git.users", try people.map { try Self.line(of: $0, sandbox) }.joined())
    try FileManager.default.createDirectory(atPath: root + "/tmp", withIntermediateDirectories: true)
    let page = try HostPage("smart-http.md")
    let hidden = (hidesPassword ? "HTTP_AUTHORIZATION" : "HTTP_NOTHING")
    switch kind {
    case .nginx:
      guard let fcgiwrap = try TestTool.fcgiwrap.orSkip() else { return nil }
      let socket = root + "/cgi.sock"
      let backend = try HostServer.start(sandbox, [fcgiwrap, "-s", "unix:" + socket])
      self.backend = backend
      guard sandbox.eventually(within: 60, { FileManager.default.fileExists(atPath: socket) }) else {
        throw SceneError("fcgiwrap does not start: \(try backend.wait(seconds: 1).err)")
      }
      server = try HostServer(sandbox) { port in
        let block = try page.block(
          "nginx",
          replacing: [
            ("127.0.0.1:8080", "127.0.0.1:\(port)"), ("/etc/git.users", users), ("/run/git-http.sock", socket),
            ("/srv/git", root), ("HTTP_AUTHORIZATION", hidden),
          ])
        let config = try sandbox.write("nginx.conf", Self.nginx(root, block))
        return [program, "-c", config, "-e", root + "/error.log"]
      }
    case .lighttpd:
      backend = nil
      let global = sandbox.environment["GIT_CONFIG_GLOBAL"] ?? ""
      server = try HostServer(sandbox) { port in
        let block = try page.block(
          "lighttpd",
          replacing: [
            ("= 8080", "= \(port)"), ("server.username = \"git\"", "server.errorlog = \"\(root)/error.log\""),
            ("/var/empty", root + "/tmp"), ("/etc/git.users", users),
            ("\"HOME\" => \"/srv/git\"", "\"GIT_CONFIG_NOSYSTEM\" => \"1\", \"GIT_CONFIG_GLOBAL\" => \"\(global)\""),
            ("/srv/git", root), ("HTTP_AUTHORIZATION", hidden),
          ])
        let config = try sandbox.write("lighttpd.conf", "server.upload-dirs = ( \"\(root)/tmp\" )\n" + block)
        return [program, "-D", "-f", config]
      }
    }
    try scene.clone.git("remote", "set-url", "origin", url(of: people[0]))
  }

  private static func nginx(_ root: String, _ block: String) -> String {
    """
    daemon off;
    master_process off;
    pid \(root)/nginx.pid;
    events {}
    http {
      access_log off;
      client_body_temp_path \(root)/tmp/a; proxy_temp_path \(root)/tmp/b;
      fastcgi_temp_path \(root)/tmp/c; uwsgi_temp_path \(root)/tmp/d; scgi_temp_path \(root)/tmp/e;
      \(block)
    }
    """
  }

  private static func line(of name: String, _ sandbox: GitSandbox) throws -> String {
    let output = try sandbox.run(["openssl", "passwd", "-apr1", password], in: sandbox.root)
    guard output.status == 0 else { throw SceneError("openssl passwd: \(output.err)") }
    return "\(name):\(output.out)"
  }

  /// Where somebody pushes to; nobody: without a name.
  func url(of name: String?, password: String = HTTPHost.password) -> String {
    "http://" + (name.map { "\($0):\(password)@" } ?? "") + "127.0.0.1:\(server.port)/git/host.git"
  }

  /// Pushes as somebody.
  func push(_ refspec: String = "main", to url: String, options: [String] = [], sending headers: [String] = []) throws
    -> PushResult
  {
    try scene.clone.git("remote", "set-url", "origin", url)
    var variables = ["GIT_CONFIG_COUNT": "\(headers.count)"]
    for (index, header) in headers.enumerated() {
      variables["GIT_CONFIG_KEY_\(index)"] = "http.extraHeader"
      variables["GIT_CONFIG_VALUE_\(index)"] = header
    }
    return try scene.clone.push([refspec], options: options, environment: variables)
  }
}
