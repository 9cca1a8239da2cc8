import Foundation

/// A real nginx that stands for a server, with the places that a test writes in nginx's own words.
final class ServedNginx {
  let folder: Folder
  let url: String
  private let server: Served

  /// Starts nginx; nil where it is not installed.
  init?(_ places: (_ folder: String) -> String) async throws {
    guard let program = try Served.tool("/usr/sbin/nginx", "/usr/local/bin/nginx") else { return nil }
    folder = try Folder()
    let port = try Served.ports(1)[0]
    url = "http://127.0.0.1:\(port)"
    server = try Self.start(
      program, in: folder,
      """
      server {
        listen 127.0.0.1:\(port);
        root \(folder.path)/root;
        location = /up { return 200; }
        \(places(folder.path))
      }
      """)
    try FileManager.default.createDirectory(atPath: folder.path + "/root", withIntermediateDirectories: true)
    try await server.answers(url + "/up")
  }

  /// Starts nginx by `nginx.conf` of a folder, with all that it writes in there; `http` is what it serves.
  static func start(_ program: String, in folder: Folder, _ http: String) throws -> Served {
    try FileManager.default.createDirectory(atPath: folder.path + "/tmp", withIntermediateDirectories: true)
    try """
    daemon off;
    pid \(folder.path)/nginx.pid;
    error_log \(folder.path)/error.log;
    worker_processes 1;
    events {}
    http {
      access_log off;
      client_body_temp_path \(folder.path)/tmp/a; proxy_temp_path \(folder.path)/tmp/b;
      fastcgi_temp_path \(folder.path)/tmp/c; uwsgi_temp_path \(folder.path)/tmp/d; scgi_temp_path \(folder.path)/tmp/e;
      \(http)
    }
    """.write(toFile: folder.path + "/nginx.conf", atomically: false, encoding: .utf8)
    return try Served([program, "-c", folder.path + "/nginx.conf"], in: folder.path)
  }

  // Its workers end with it only where it ends by itself.
  deinit { server.stop() }
}
