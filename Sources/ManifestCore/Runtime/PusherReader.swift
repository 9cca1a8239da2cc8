private import Glibc
import YAMLTree

/// Finds out who pushes, from what the host says.
enum PusherReader {
  /// Variables in which hosts name the login or the address of who pushes.
  ///
  /// GitLab, Gitea and Forgejo, Gitolite, GitHub Enterprise Server, Bitbucket Data Center, HTTP servers. Kallithea names
  /// it in a variable of several things.
  static let variables = [
    "GL_USERNAME", "GITEA_PUSHER_NAME", "GITEA_PUSHER_EMAIL", "GL_USER", "GITHUB_USER_LOGIN", "BB_USER_NAME",
    "BB_USER_EMAIL",
    "REMOTE_USER",
  ]
  /// Variables that hold a name to be shown, which counts towards exclusion alone.
  static let displayNames = ["BB_USER_DISPLAY_NAME"]

  /// All identities that the environment holds.
  static func read(_ context: HookContext, pusherVariable: String?) -> Pusher {
    var identities: [Pusher.Identity] = []
    func add(_ source: Pusher.Identity.Source, _ name: String?, isDisplayName: Bool = false) {
      guard let name, !name.isEmpty else { return }
      let identity = Pusher.Identity(source: source, name: name, isDisplayName: isDisplayName)
      if !identities.contains(identity) { identities.append(identity) }
    }
    add(.host, pusherVariable.flatMap { context.variable($0) })
    for name in variables { add(.host, context.variable(name)) }
    add(.host, kallitheaUser(context))
    for name in displayNames { add(.host, context.variable(name), isDisplayName: true) }
    if identities.isEmpty { add(.system, systemUser()) }
    for identity in certificate(context) { add(.certificate, identity.name, isDisplayName: identity.isDisplayName) }
    return Pusher(identities: identities)
  }

  /// The login that Kallithea hands on: `username` of the JSON object in `KALLITHEA_EXTRAS`.
  private static func kallitheaUser(_ context: HookContext) -> String? {
    guard let extras = context.environment["KALLITHEA_EXTRAS"] else { return nil }
    let limits = TextLimits(maximumBytes: 64 << 10, maximumDepth: 4, maximumNodes: 1000, allowsEscapes: true)
    let (node, problems) = JSONReader.read(extras, limits: limits)
    guard problems.isEmpty else { return nil }
    return node?["username"]?.scalar?.text
  }

  /// Who signed the push.
  ///
  /// A certificate by an unknown key has status `G` too, but no signer.
  private static func certificate(_ context: HookContext) -> [(name: String, isDisplayName: Bool)] {
    guard context.variable("GIT_PUSH_CERT_STATUS") == "G", context.variable("GIT_PUSH_CERT_NONCE_STATUS") == "OK",
      let signer = context.variable("GIT_PUSH_CERT_SIGNER")
    else { return [] }
    let identity = PersonIdentity(signer.utf8)
    guard let email = identity.email else { return [(signer, false)] }
    let name = identity.name.map { [(String(decoding: $0, as: UTF8.self), true)] } ?? []
    return [(String(decoding: email, as: UTF8.self), false)] + name
  }

  private static func systemUser() -> String? {
    guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else { return "uid \(geteuid())" }
    return String(cString: name)
  }
}
