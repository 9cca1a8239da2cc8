extension DeploymentState {
  /// The versions that get a larger share of the requests than they had: those whose evidence a change rests on.
  func gains(over old: DeploymentState?) -> [VersionUse] {
    let isOtherModel = deployment?.model.name?.value != old?.deployment?.model.name?.value
    return versions.filter { use in
      guard use.share > 0 else { return false }
      guard !isOtherModel, let had = old?.versions.first(where: { $0.version.value == use.version.value }) else {
        return true
      }
      return use.share > had.share
    }
  }
}
