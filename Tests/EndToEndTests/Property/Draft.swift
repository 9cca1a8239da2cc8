/// One commit that is being made up.
struct Draft {
  /// What stands after it.
  var world: World
  /// What stood at the old tip of the ref.
  let base: World
  /// The message's first line.
  var subject = "Change"
  /// The whole message, where it is not the subject and approvals of everybody.
  var message: String?
  var author = Person.dev
  var committer: Person?
  /// What was done, for whoever reads a failure.
  var labels: [String] = []

  /// Creates a commit that changes nothing yet.
  init(_ world: World, base: World) {
    self.world = world
    self.base = base
  }
}
