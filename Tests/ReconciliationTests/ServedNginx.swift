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
    for name in ["/tmp", "/root"] {
      try FileManager.default.createDirectory(atPath: folder.path + name, withIntermediateDirectories: true)
    }
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
      server {
        listen 127.0.0.1:\(port);
        root \(folder.path)/root;
        location = /up { return 200; }
        \(places(folder.path))
      }
    }
    """.write(toFile: folder.path + "/nginx.conf", atomically: false, encoding: .utf8)
    server = try Served([program, "-c", folder.path + "/nginx.conf"], in: folder.path)
    try await server.answers(url + "/up")
  }

  // Its workers end with it only where it ends by itself.
  deinit { server.stop() }
}
