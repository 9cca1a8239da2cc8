private import Glibc

/// The environment of this process, which programs that it becomes or starts inherit.
enum OwnEnvironment {
  /// Leaves these variables in it, as the context has them, and no others: an HTTP server hands a password to hooks.
  static func keep(_ names: [String], of context: HookContext) {
    clearenv()
    for name in names {
      if let value = context.variable(name) { setenv(name, value, 1) }
    }
  }
}
