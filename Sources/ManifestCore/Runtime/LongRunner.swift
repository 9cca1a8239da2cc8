internal import CRuntime
private import Glibc

/// What a program that runs on, or talks to a network, sets up first.
package enum LongRunner {
  /// What the caller's `umask` takes from the mode of files that are made for others.
  ///
  /// Read, not set: whoever only asks changes nothing.
  package static let callersMask: UInt32 = {
    guard case .content(let text) = SafeFiles.read("/proc/self/status", maximum: 65_536),
      let line = text.split(separator: 10).first(where: { $0.starts(with: bytes("Umask:")) }),
      let mask = UInt32(Text.show(line.dropFirst(6).drop { $0 == 9 || $0 == 32 }), radix: 8)
    else { return 0o022 }
    return mask & 0o777
  }()

  /// Files are for us alone, a broken pipe is an error like others, and a crash says one sentence and no more: what is in
  /// memory may be secret.
  package static func prepare() {
    _ = callersMask
    umask(0o077)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    mlops_install_crash_handlers(
      "error: the program failed inside of itself; what it had not finished stays undone\n", 70)
  }
}
