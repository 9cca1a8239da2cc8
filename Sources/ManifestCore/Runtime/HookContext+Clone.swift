extension HookContext {
  /// Variables with which a hook or an alias would send git to another repository than a folder's own.
  private static let localVariables = [
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_QUARANTINE_PATH", "GIT_INTERNAL_SUPER_PREFIX",
  ]

  /// The same context for a verb that was told a folder: what stands around it does not count.
  var forNamedFolder: HookContext {
    var context = self
    context.environment = environment.filter { !Self.localVariables.contains($0.key) }
    return context
  }
}
