/// The client-side hook that asks `mlops-hook check` before a push: `hooks/pre-push` of the sources, byte for byte.
enum PrePushHook {
  /// The script.
  static let text = ##"""
    #!/bin/sh
    # A client-side pre-push hook: asks `mlops-hook check` what the server will say, before anything is sent.
    #
    #   cp hooks/pre-push .git/hooks/pre-push
    #
    # It saves a round trip and protects nothing: the server judges every push itself. So a push that would be refused stops
    # here, and one that cannot be judged here goes on. `git push --no-verify` leaves it out.

    set -u

    command -v mlops-hook >/dev/null 2>&1 || {
      echo 'warning: mlops-hook is not on the PATH; the server will judge this push' >&2
      exit 0
    }

    mlops-hook check --pre-push "${1:-origin}" >&2
    case $? in
      0) exit 0 ;;
      1) exit 1 ;;
      *) echo 'warning: this push could not be checked here; the server will judge it' >&2 ;;
    esac

    """##
}
