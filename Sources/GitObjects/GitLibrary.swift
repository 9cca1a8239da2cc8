internal import CGit2
private import Glibc

/// libgit2 itself: started once, with the options that keep a hook small.
enum GitLibrary {
  /// Whether one allocation of libgit2's can be bounded.
  static let hasCeiling: Bool = started && mlops_git_use_ceiling() != 0

  /// Starts libgit2 on first use.
  ///
  /// False where it could not be started.
  static let started: Bool = {
    guard git_libgit2_init() >= 0 else { return false }
    // Objects come from receive-pack, which has hashed them; hashing them again would be most of a hook's time.
    _ = mlops_git_option_int(Int32(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION.rawValue), 0)
    // libgit2's cache grows with the number of commits of a push; we keep our own bounded one.
    _ = mlops_git_option_int(Int32(GIT_OPT_ENABLE_CACHING.rawValue), 0)
    _ = mlops_git_option_size(Int32(GIT_OPT_SET_MWINDOW_SIZE.rawValue), 1 << 20)
    _ = mlops_git_option_size(Int32(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT.rawValue), 8 << 20)
    // As git does: a home that cannot be searched has no configuration, and is no reason to fail.
    if let home = getenv("HOME"), access(home, X_OK) != 0 {
      for level in [GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_XDG] { _ = mlops_git_search_path(level.rawValue, "") }
    }
    return true
  }()
}
