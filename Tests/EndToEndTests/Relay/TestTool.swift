import Foundation
import Testing

/// A program of somebody else that a test needs: `scripts/test-tools.sh` installs it.
enum TestTool: String {
  case webhook, strace, nginx, prometheus
  case pushgateway = "prometheus-pushgateway"
  /// PyPI's parser of CloudEvents, in an environment of its own.
  case cloudevents
  /// MLServer, in an environment of its own.
  case mlserver
  case gitLFS = "git-lfs"
  /// GNU's, which tells the memory of a program.
  case time
  /// Runs a program with another clock.
  case faketime
  /// The command line of AWS, and PyPI's server of its interfaces, in an environment of their own.
  case aws, moto
  /// Servers that git hosts are made of.
  case sshd, fcgiwrap, lighttpd, gitolite
  case spawnFCGI = "spawn-fcgi"
  case gpg
  /// A newer git than Debian's, in an environment of its own.
  case newerGit
  /// A git host that needs Python 3.8, in an environment of its own: there only where that Python is.
  case kallithea

  /// Where a program of PyPI is, below the tools.
  private var below: String? {
    switch self {
    case .cloudevents: "venv/bin/python"
    case .mlserver: "mlserver/bin/mlserver"
    case .aws: "s3/bin/aws"
    case .moto: "s3/bin/moto_server"
    case .newerGit: "git/bin/git"
    case .kallithea: "kallithea/bin/kallithea-cli"
    case .webhook, .strace, .nginx, .prometheus, .pushgateway, .gitLFS, .time, .faketime, .sshd, .fcgiwrap, .lighttpd,
      .gitolite, .spawnFCGI, .gpg:
      nil
    }
  }

  /// Where it is; nil where it is not installed.
  var path: String? {
    if let below {
      let path = URL(fileURLWithPath: Receiver.scripts + "/../../.build/tools/" + below).standardized.path
      return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    var folders = path.components(separatedBy: ":")
    // Servers lie where only root's shell looks.
    folders.append("/usr/sbin")
    let found = folders.map { $0 + "/" + rawValue }
    return found.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Whether a test may be skipped for want of it: never in CI.
  static var mustBeThere: Bool { ProcessInfo.processInfo.environment["CI"] == "true" }

  /// The path; where it is missing the test ends, with a loud line, or a failure in CI.
  func orSkip() throws -> String? {
    if let path { return path }
    let words = "SKIPPED: \(rawValue) is not installed; `scripts/test-tools.sh` does it"
    if Self.mustBeThere { throw SceneError(words) }
    FileHandle.standardError.write(Data((words + "\n").utf8))
    return nil
  }
}
