internal import CRuntime
private import Glibc

/// What a program that runs on, or talks to a network, sets up first.
package enum LongRunner {
  /// Files are for us alone, a broken pipe is an error like others, and a crash says one sentence and no more: what is in
  /// memory may be secret.
  package static func prepare() {
    umask(0o077)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    mlops_install_crash_handlers(
      "error: the program failed inside of itself; what it had not finished stays undone\n", 70)
  }
}
