private import Glibc

/// What gitolite puts in the place of hooks: docs/install/gitolite.md.
enum GitoliteHooks {
  /// A line of its driver, which runs `<hook>.h00-…`, `<hook>.h01-…` and so on.
  static let driver = "for h in $0.*; do"
  /// What its own `update` is, which asks for access and runs VREFs.
  static let update = "Gitolite::Hooks::Update"

  /// The hooks that the driver runs, in its order.
  ///
  /// It passes over what is missing or not executable, and takes the push.
  static func driven(_ name: String, in folder: String) -> [String] {
    SafeFiles.names(in: folder).filter { $0.utf8.starts(with: "\(name).".utf8) }.map { "\(folder)/\($0)" }
      .filter { access($0, X_OK) == 0 }
  }
}
