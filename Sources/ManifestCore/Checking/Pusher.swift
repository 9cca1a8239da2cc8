/// Everything that is known of who pushes.
public struct Pusher: Sendable {
  /// One way in which the pusher is known.
  public struct Identity: Sendable, Hashable {
    /// Who vouches for it.
    public enum Source: Sendable, Hashable {
      /// The host: an environment variable that it sets.
      case host
      /// The operating system's user.
      case system
      /// A push certificate. It only excludes, it gives no right.
      case certificate
      /// What a clone's own configuration says: `mlops-hook check`.
      case configuration
    }

    /// Who vouches for it.
    public var source: Source
    /// A login, or an e-mail address.
    public var name: String
    /// Whether `name` is only a display name, which counts towards exclusion alone.
    public var isDisplayName: Bool

    /// Creates an identity.
    public init(source: Source, name: String, isDisplayName: Bool = false) {
      self.source = source
      self.name = name
      self.isDisplayName = isDisplayName
    }
  }

  /// All identities that were found.
  public var identities: [Identity]

  /// Creates a pusher.
  public init(identities: [Identity]) { self.identities = identities }

  /// The name that reports, audit and events show.
  public var shown: String { identities.first { !$0.isDisplayName }?.name ?? identities.first?.name ?? "unknown" }

  /// What the host itself vouches for: only that gives a right, or lets through what would be refused without it.
  var vouchedFor: Pusher {
    Pusher(identities: identities.filter { $0.source != .certificate && !$0.isDisplayName })
  }

  /// The names that may give a right.
  var authoritative: [String] { vouchedFor.identities.map(\.name) }

  /// The people of a directory that the pusher may be.
  func people(in directory: Directory) -> [Directory.Person] {
    var found: [Directory.Person] = []
    for identity in identities {
      let person =
        identity.isDisplayName
        ? directory.person(name: identity.name)
        : directory.person(email: identity.name.utf8) ?? directory.person(login: identity.name)
      if let person, !found.contains(where: { $0.email == person.email }) { found.append(person) }
    }
    return found
  }

  /// Whether a right that names logins, addresses or roles is this pusher's.
  func holds(oneOf names: [String], directory: Directory?) -> Bool {
    for own in authoritative {
      // A name that is a role means the role, not whoever has it for a login.
      if names.contains(own), directory?.roles[own] == nil { return true }
      guard let directory, let person = directory.person(email: own.utf8) ?? directory.person(login: own) else {
        continue
      }
      let known = [person.email, person.login].compactMap { $0 }.filter { directory.roles[$0] == nil }
      if known.contains(where: names.contains) { return true }
      if names.contains(where: { directory.members(of: $0).contains { $0.email == person.email } }) { return true }
    }
    return false
  }
}
