import ManifestCore
import Networking

/// Tests a configuration of nginx, lets nginx take it, and asks nginx which one it has.
struct NginxProbe: Sendable {
  let endpoint: Targets.Endpoint

  /// How long nginx may take until a new configuration is in force, in seconds.
  private static let seconds = 30
  /// How many answers in a row have to be the new configuration's: a worker of the old one takes connections until it
  /// has heard that it is to end.
  private static let answers = 10

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

  /// Waits until nginx has the configuration of a revision, and the workers of the old one have gone.
  func wait(for inForce: NginxConfig.InForce) async throws {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(Self.seconds)
    var pause = 0.01
    var seen = 0
    while true {
      if (try? await revision(at: inForce.listen)) == inForce.revision {
        seen += 1
        pause = 0.02
        if seen == Self.answers { return }
      } else {
        seen = 0
      }
      guard clock.now < end else {
        throw TargetFailure(
          "nginx did not take the new configuration within \(Self.seconds) s",
          fix: "look at its error log: a port may be taken, or another `server` listens there first")
      }
      try await Task.sleep(for: .seconds(pause))
      pause = min(pause * 2, 0.5)
    }
  }

  /// Whether nginx has the configuration of a revision; a worker of an older one may answer a few times more.
  func has(_ inForce: NginxConfig.InForce) async throws -> Bool {
    for attempt in 0..<20 {
      if attempt > 0 { try await Task.sleep(for: .seconds(0.05)) }
      if try await revision(at: inForce.listen) == inForce.revision { return true }
    }
    return false
  }

  /// The revision that is in force; nil where what answers has none.
  func revision(at listen: String) async throws -> String? {
    guard let address = try? ListenAddress(listen) else { return nil }
    // What listens everywhere listens here.
    let own = ["0.0.0.0": "127.0.0.1", "::": "::1"][address.host] ?? address.host
    let host = own.contains(":") ? "[\(own)]" : own
    let answer = try await WebClient(
      "http://\(host):\(address.port)\(NginxConfig.revisionPath)", allowsInsecure: true
    ).ask("GET")
    guard answer.status == 200 else { return nil }
    return String(decoding: answer.body, as: UTF8.self)
  }
}
