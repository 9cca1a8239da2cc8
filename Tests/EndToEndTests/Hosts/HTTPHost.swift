import Foundation

/// Git's own `git-http-backend` behind a web server with basic authentication, for a sandbox's host.
final class HTTPHost {
  /// The web servers that Debian has and our pages describe.
  enum Server: String, CaseIterable { case nginx, lighttpd }

  static let user = "carol"
  static let password = "Friday-evening-7"
  /// What a client sends, and what no file of ours may ever hold.
  static let credentials = Data("\(user):\(password)".utf8).base64EncodedString()

  let port: Int
  private let sandbox: GitSandbox
  private var running: [Running] = []

  /// Starts the server; nil where it is not installed.
  init?(_ server: Server, _ sandbox: GitSandbox) throws {
    self.sandbox = sandbox
    port = try sandbox.freePort()
    try sandbox.write("web/empty/.keep", "")
    switch server {
    case .nginx: guard try startNginx() else { return nil }
    case .lighttpd: guard try startLighttpd() else { return nil }
    }
    let isUp = try sandbox.eventually(within: 60) {
      if running.contains(where: { $0.hasEnded() }) { throw SceneError("\(server) ended: \(said())") }
      return try code(credentials: nil) == "401"
    }
    guard isUp else { throw SceneError("\(server) does not answer: \(said())") }
  }

  deinit {
    for program in running {
      kill(program.pid, SIGTERM)
      _ = try? program.wait(seconds: 20)
    }
  }

  /// The repository's address, with these credentials in it.
  func address(user: String = user, password: String = password) -> String {
    "http://\(user):\(password)@127.0.0.1:\(port)/git/host.git"
  }

  /// What the server answers to a client that wants to push.
  func code(credentials: String?) throws -> String {
    let script = """
      import sys, urllib.request, urllib.error
      request = urllib.request.Request(sys.argv[1])
      if sys.argv[2]: request.add_header("Authorization", "Basic " + sys.argv[2])
      try: print(urllib.request.urlopen(request, timeout=20).status)
      except urllib.error.HTTPError as error: print(error.code)
      except OSError as error: print(error)
      """
    let url = "http://127.0.0.1:\(port)/git/host.git/info/refs?service=git-receive-pack"
    return try sandbox.run(["python3", "-c", script, url, credentials ?? ""], in: sandbox.root)
      .out.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func said() -> String {
    ["nginx.log", "lighttpd.log"].compactMap {
      try? String(contentsOfFile: sandbox.root + "/web/" + $0, encoding: .utf8)
    }
    .joined()
  }

  private func backend() throws -> String {
    try sandbox.git(["--exec-path"], in: sandbox.root) + "/git-http-backend"
  }

  /// What a program of the host knows: nothing of whoever runs the tests.
  private var bare: [String] {
    let names = ["PATH", "HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"]
    return ["env", "-i"] + names.map { "\($0)=\(sandbox.environment[$0] ?? "")" }
  }

  private func startNginx() throws -> Bool {
    guard let nginx = try TestTool.nginx.orSkip(), let fcgiwrap = try TestTool.fcgiwrap.orSkip() else { return false }
    let web = sandbox.root + "/web"
    try sandbox.write("web/users", "\(Self.user):{PLAIN}\(Self.password)\n")
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    let configuration = try sandbox.write(
      "web/nginx.conf",
      """
      daemon off;
      \(geteuid() == 0 ? "user root;" : "")
      worker_processes 1;
      pid \(web)/nginx.pid;
      error_log \(web)/nginx.log;
      events { worker_connections 64; }
      http {
        access_log off;
        \(temporary.map { "\($0)_temp_path \(web)/\($0);" }.joined(separator: "\n  "))
        server {
          listen 127.0.0.1:\(port);
          client_max_body_size 0;
          location ~ ^/git(/.*)$ {
            auth_basic git;
            auth_basic_user_file \(web)/users;
            fastcgi_pass unix:\(web)/fcgiwrap.sock;
            fastcgi_param SCRIPT_FILENAME \(try backend());
            fastcgi_param GIT_PROJECT_ROOT \(sandbox.root);
            fastcgi_param GIT_HTTP_EXPORT_ALL "";
            fastcgi_param PATH_INFO $1;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param CONTENT_TYPE $content_type;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param REMOTE_ADDR $remote_addr;
            fastcgi_param REMOTE_USER $remote_user;
            fastcgi_param GIT_PROTOCOL $http_git_protocol;
          }
        }
      }

      """)
    running.append(try sandbox.start(bare + [fcgiwrap, "-s", "unix:\(web)/fcgiwrap.sock"], in: web))
    let socket = web + "/fcgiwrap.sock"
    guard sandbox.eventually(within: 60, { FileManager.default.fileExists(atPath: socket) }) else {
      throw SceneError("fcgiwrap makes no socket")
    }
    running.append(try sandbox.start(bare + [nginx, "-c", configuration, "-p", web], in: web))
    return true
  }

  private func startLighttpd() throws -> Bool {
    guard let lighttpd = try TestTool.lighttpd.orSkip() else { return false }
    let web = sandbox.root + "/web"
    try sandbox.write("web/users", "\(Self.user):\(Self.password)\n")
    let variables = ["PATH", "HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"]
      .map { "\"\($0)\" => \"\(sandbox.environment[$0] ?? "")\"" }
    let configuration = try sandbox.write(
      "web/lighttpd.conf",
      """
      server.modules = ("mod_auth", "mod_authn_file", "mod_alias", "mod_setenv", "mod_cgi")
      server.document-root = "\(web)/empty"
      server.bind = "127.0.0.1"
      server.port = \(port)
      server.errorlog = "\(web)/lighttpd.log"
      server.upload-dirs = ("\(web)")
      auth.backend = "plain"
      auth.backend.plain.userfile = "\(web)/users"
      auth.require = ("/git/" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))
      alias.url = ("/git" => "\(try backend())")
      $HTTP["url"] =~ "^/git/" {
        cgi.assign = ("" => "")
        setenv.set-environment = (
          "GIT_PROJECT_ROOT" => "\(sandbox.root)", "GIT_HTTP_EXPORT_ALL" => "",
          \(variables.joined(separator: ", "))
        )
      }

      """)
    running.append(try sandbox.start(bare + [lighttpd, "-D", "-f", configuration], in: web))
    return true
  }
}
