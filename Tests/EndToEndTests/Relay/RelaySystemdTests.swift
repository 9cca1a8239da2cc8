import Foundation
import Testing

/// The systemd unit, and what each verb says about itself.
@Suite("Relay: unit and help") struct RelaySystemdTests {
  @Test(
    "systemd finds nothing wrong with the units",
    arguments: ["mlops-relay.service", "mlops-reconciler@.service", "mlops-monitor.service"])
  func unit(_ name: String) throws {
    let sandbox = try GitSandbox(hooks: [])
    let source = Receiver.scripts + "/../../share/systemd/" + name
    let text = try String(contentsOfFile: source, encoding: .utf8)
    for wanted in ["NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n", "UMask=00"] {
      #expect(text.contains(wanted), "\(wanted)")
    }
    let unit = try sandbox.write(
      name.replacing("@", with: "@production"),
      text.replacing("/usr/local/bin/", with: GitSandbox.products + "/").replacing("/srv/git", with: sandbox.root)
        .replacing("User=git\n", with: "User=root\n").replacing("User=mlops\n", with: "User=root\n"))
    guard (try? sandbox.run(["systemd-analyze", "--version"], in: sandbox.root))?.status == 0 else {
      FileHandle.standardError.write(Data("SKIPPED: systemd-analyze is not here\n".utf8))
      return
    }
    let output = try sandbox.run(["systemd-analyze", "verify", unit], in: sandbox.root)
    #expect(output.status == 0 && output.err.isEmpty, "\(output.err)")
  }

  @Test("every verb shows an example", arguments: ["run", "once", "test", "status", "redeliver"])
  func help(_ verb: String) throws {
    let sandbox = try GitSandbox(hooks: [])
    let help = try sandbox.run(["\(GitSandbox.products)/mlops-relay", verb, "--help"], in: sandbox.root)
    #expect(help.status == 0 && help.err.isEmpty)
    #expect(help.out.contains("\n  mlops-relay \(verb)"), "\(help.out)")
    // A terminal of 80 columns would break a longer one, so that it could not be pasted.
    let source = try String(
      contentsOfFile: Receiver.scripts + "/../../Sources/mlops-relay/Commands/\(verb.capitalized)Command.swift",
      encoding: .utf8)
    let examples = source.components(separatedBy: "\n").filter {
      $0.hasPrefix("        mlops-relay") || $0.hasPrefix("          --")
    }
    #expect(!examples.isEmpty)
    for line in examples {
      let shown = line.dropFirst("      ".count).replacing("\\\\", with: "\\")
      #expect(shown.count < 78 && help.out.contains("\n" + shown + "\n"), "\(shown)")
    }
  }

  @Test("usage that is wrong is status 2, with words") func usage() throws {
    let sandbox = try GitSandbox(hooks: [])
    for arguments in [
      ["frobnicate"], ["run", "--interval", "0"], ["once", "--log-format", "xml"], ["run", "--repo", "/nonexistent"],
      ["status", "--scan", "/nonexistent"], ["run", "--repo", ".", "--metrics-address", "nowhere"], ["test"],
    ] {
      let output = try sandbox.run(["\(GitSandbox.products)/mlops-relay"] + arguments, in: sandbox.host, seconds: 10)
      #expect(output.status == 2 && !output.err.isEmpty && output.out.isEmpty, "\(arguments): \(output.status)")
    }
    let version = try sandbox.run(["\(GitSandbox.products)/mlops-relay", "--version"], in: sandbox.root)
    #expect(version.status == 0)
  }
}
