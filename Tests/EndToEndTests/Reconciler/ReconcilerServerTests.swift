import Foundation
import Testing

/// The adapters with the servers of others: MLServer, Prometheus, nginx.
@Suite("Reconciler: servers", .serialized) struct ReconcilerServerTests {
  private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardized.path

  @Test("promotion, MLServer, drift in Prometheus, the rollback and its history: the README's one command") func demo()
    throws
  {
    for tool in [TestTool.mlserver, .prometheus, .pushgateway] {
      guard try tool.orSkip() != nil else { return }
    }
    let sandbox = try GitSandbox()
    let output = try sandbox.run(
      ["sh", Self.source + "/scripts/demo-operator.sh"], in: sandbox.root,
      environment: ["BIN": GitSandbox.products, "CI": "", "TMPDIR": sandbox.root], seconds: 300)
    #expect(output.status == 0, "\(output.out)\(output.err)")
    for words in [
      "MLServer answers with v2.0.0: 7 is 21", "MLServer answers with v1.0.0 again", "rollback  v2.0.0 -> v1.0.0",
    ] {
      #expect(output.out.contains(words), "no `\(words)`: \(output.out)")
    }
  }

  @Test("nginx splits requests as the routing says, within 2 %, and keeps the old file where the new one is refused")
  func nginx() throws {
    guard let nginx = try TestTool.nginx.orSkip() else { return }
    // The server behind answers with the address that it was asked for.
    let root = "ROOT"
    let adapter = """
              - name: gate
                adapter: nginx
                config: \(root)/conf.d/mlops.conf
                program: \(nginx)
                main_config: \(root)/nginx.conf
                listen: 127.0.0.1:LISTEN
                url: http://127.0.0.1:BEHIND
      """
    let place = try ReconcilerScene(adapter: adapter)
    let sandbox = place.scene.sandbox
    let (listen, behind) = (try sandbox.freePort(), try sandbox.freePort())
    let text = try String(contentsOfFile: place.targets, encoding: .utf8)
    try sandbox.write(
      "targets.yaml",
      text.replacingOccurrences(of: "ROOT", with: sandbox.root).replacingOccurrences(of: "LISTEN", with: "\(listen)")
        .replacingOccurrences(of: "BEHIND", with: "\(behind)"))
    try FileManager.default.createDirectory(atPath: sandbox.root + "/conf.d", withIntermediateDirectories: true)
    try sandbox.write(
      "nginx.conf",
      """
      daemon off;
      pid \(sandbox.root)/nginx.pid;
      error_log \(sandbox.root)/error.log;
      events {}
      http {
        access_log off;
        client_body_temp_path \(sandbox.root)/t1; proxy_temp_path \(sandbox.root)/t2;
        fastcgi_temp_path \(sandbox.root)/t3; uwsgi_temp_path \(sandbox.root)/t4; scgi_temp_path \(sandbox.root)/t5;
        server { listen 127.0.0.1:\(behind); location / { return 200 "$uri\\n"; } }
        include \(sandbox.root)/conf.d/*.conf;
      }

      """)
    let running = try sandbox.start([nginx, "-c", sandbox.root + "/nginx.conf"], in: sandbox.root)
    defer {
      kill(running.pid, SIGTERM)
      _ = try? running.wait(seconds: 10)
    }
    func wait(_ file: String) throws {
      let end = Date() + 10
      while !FileManager.default.fileExists(atPath: file) {
        guard Date() < end else { throw SceneError("nginx did not start") }
        Thread.sleep(forTimeInterval: 0.05)
      }
    }
    try wait(sandbox.root + "/nginx.pid")
    let first = try place.reconciler("once")
    #expect(first.status == 0, "\(first.out)\(first.err)")
    try place.scene.promote("v1.1.0", "--weight", "20")
    let once = try place.reconciler("once")
    #expect(once.status == 0, "\(once.out)\(once.err)")
    #expect(try place.reconciler("plan").status == 0)
    let count = """
      import collections, http.client
      seen = collections.Counter()
      one = http.client.HTTPConnection("127.0.0.1", \(listen))
      for _ in range(10000):
          one.request("GET", "/v2/models/segmentation/ready")
          answer = one.getresponse()
          seen[answer.read().decode().strip() + " " + str(answer.getheader("x-model-version"))] += 1
      for key, number in sorted(seen.items()):
          print(number, key)
      """
    let counted = try sandbox.run(["python3", "-c", count], in: sandbox.root)
    let lines = counted.out.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    try #require(lines.count == 2, "\(counted.out)\(counted.err)")
    for (line, (version, share)) in zip(lines, [("v1.0.0", 0.8), ("v1.1.0", 0.2)]) {
      #expect(line[1] == "/v2/models/segmentation/versions/\(version)/ready" && line[2] == version, "\(line)")
      #expect(abs((Double(line[0]) ?? 0) / 10_000 - share) <= 0.02, "\(line)")
    }

    // Something else in nginx's configuration breaks: the file in force stays.
    try sandbox.write("conf.d/broken.conf", "nonsense;\n")
    try place.scene.promote("v1.1.0", "--weight", "40")
    let refused = try place.reconciler("once")
    #expect(refused.status == 1 && refused.err.contains("nginx refuses the configuration"), "\(refused.err)")
    let config = try String(contentsOfFile: sandbox.root + "/conf.d/mlops.conf", encoding: .utf8)
    #expect(config.contains("80% \"v1.0.0\""), "\(config)")
    try FileManager.default.removeItem(atPath: sandbox.root + "/conf.d/broken.conf")
    let mended = try place.reconciler("once")
    #expect(mended.status == 0, "\(mended.out)\(mended.err)")
  }
}
