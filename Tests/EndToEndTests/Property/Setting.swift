/// What the pushes of a chain are made under.
struct Setting {
  /// Whether the repository begins with a policy.
  var repository: PolicyShape?
  /// The host's policy.
  var host: PolicyShape?

  /// The policies in force over a state of `HEAD`'s branch.
  func policies(_ world: World?) -> [PolicyShape] { [world?.policy, host].compactMap { $0 } }

  /// What the policies ask of an environment.
  func shapes(_ environment: String, _ world: World) -> [EnvironmentShape] {
    policies(world).compactMap { $0.environments[environment] }
  }
}
