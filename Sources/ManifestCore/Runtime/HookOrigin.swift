/// Where a pusher is, as far as the host's session says: for the audit log, and never for a right.
enum HookOrigin {
  /// The variables that servers set: sshd, HTTP servers, GitLab, Gitea and Forgejo, GitHub Enterprise Server.
  ///
  /// None that a client's request becomes as it is, such as the headers that proxies pass on.
  static let variables = [
    "SSH_CONNECTION", "SSH_CLIENT", "REMOTE_ADDR", "REMOTE_PORT", "GL_PROTOCOL", "GL_ID", "GITEA_KEY_ID",
    "GITHUB_VIA", "GITHUB_USER_IP",
  ]

  /// The variables that are set, with their values.
  static func read(_ context: HookContext) -> [(name: String, value: String)] {
    variables.compactMap { name in context.variable(name).map { (name, $0) } }
  }
}
