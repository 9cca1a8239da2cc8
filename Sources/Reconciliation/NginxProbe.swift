import ManifestCore
import Networking

/// Tests a configuration of nginx, lets nginx take it, and asks nginx which one it has.
struct NginxProbe: Sendable {
  let endpoint: Targets.Endpoint

  /// How long nginx may take until a new configuration is in force, in seconds.
  private static let seconds = 10

  private var program: [String] {
    [endpoint.program ?? "/usr/sbin/nginx"] + (endpoint.mainConfig.map { ["-c", $0] } ?? [])
  }

  /// Throws where nginx does not take what lies there.
  func test() throws {
    do {
      _ = try Program.run(program + ["-t", "-q"], seconds: 30)
    } catch let failure as TargetFailure {
      throw TargetFailure(
        "nginx refuses the configuration: \(failure.message)",
        fix: "run `\(program.map { ShellWord.quoted($0) }.joined(separator: " ")) -t` to see more")
    }
  }

  /// Tells nginx that something is new.
  func reload() throws {
    _ = try Program.run(endpoint.reload.isEmpty ? program + ["-s", "reload"] : endpoint.reload, seconds: 30)
  }

  /// Waits until nginx has the configuration of a revision; an old worker may answer a little longer.
  func wait(for revision: String) async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(Self.seconds)
    var pause = 0.01
    while true {
      let found = try? await self.revision()
      if found == revision { return }
      guard clock.now < end else {
        throw TargetFailure(
          "nginx did not take the new configuration within \(Self.seconds) s",
          fix: "look at its error log: a port may be taken, or another `server` listens there first")
      }
      try await Task.sleep(for: .seconds(pause))
      pause = min(pause * 2, 0.5)
    }
  }

  /// The revision that is in force; nil where what answers has none.
  func revision() async throws -> String? {
    let listen = try NginxConfig.listen(endpoint)
    let host =
      ["0.0.0.0": "127.0.0.1", "::": "[::1]"][listen.host]
      ?? (listen.host.contains(":") ? "[\(listen.host)]" : listen.host)
    let answer = try await WebClient("http://\(host):\(listen.port)\(NginxConfig.revisionPath)", allowsInsecure: true)
      .ask("GET")
    guard answer.status == 200 else { return nil }
    return String(decoding: answer.body, as: UTF8.self)
  }
}
