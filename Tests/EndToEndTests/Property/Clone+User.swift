import Foundation

extension Clone {
  /// Makes somebody the user of the clone, under the host's limits.
  func configure(_ person: Person, _ limits: [String]) throws {
    let text = """
      [core]
        repositoryformatversion = 0
        bare = false
      [user]
        name = \(person.name)
        email = \(person.email)
      [remote "origin"]
        url = \(sandbox.host)
        fetch = +refs/heads/*:refs/remotes/origin/*
      [mlops]
        \(limits.joined(separator: "\n  "))

      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/.git/config"))
  }

  /// Points `HEAD` at a branch.
  func setHead(_ ref: String) throws {
    try Data("ref: \(ref)\n".utf8).write(to: URL(fileURLWithPath: path + "/.git/HEAD"))
  }
}
