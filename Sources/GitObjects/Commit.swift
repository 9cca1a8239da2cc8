/// What every reader of history needs of a commit: its tree and its parents.
public struct CommitLinks: Sendable {
  /// The tree.
  public var tree: ObjectID
  /// The parents, in order.
  public var parents: [ObjectID]
  /// The committer's date in seconds since 1970, as it is claimed; 0 where it cannot be read.
  public var claimedTime: Int64
}

/// Who made or committed a commit, as it is claimed.
public struct CommitIdentity: Sendable, Hashable {
  /// The name.
  public var name: [UInt8]
  /// The e-mail address.
  public var email: [UInt8]
}

/// A commit in full.
public struct Commit: Sendable {
  /// Something about a commit that readers disagree about.
  public enum Anomaly: Sendable, Hashable {
    /// The header does not read `tree`, `parent`…, `author`, `committer`, in this order.
    case header
    /// An author or committer that is not `name <e-mail> time zone`.
    case identity
    /// More than one author or committer.
    case severalPeople
    /// More than one signature.
    case severalSignatures
    /// An `encoding` header.
    case encoding
    /// A zero byte in the message.
    case zeroByte
    /// A message that is not UTF-8.
    case notUTF8
    /// A message of more bytes than `Commit.maximumMessage`.
    case longMessage(Int)
    /// More than `Commit.maximumParents` parents.
    case manyParents(Int)
    /// A parent that is listed twice.
    case repeatedParent
  }

  /// The longest message that is read, in bytes.
  public static let maximumMessage = 64 << 10
  /// The most parents that a commit may have.
  public static let maximumParents = 16

  /// The commit's id.
  public var id: ObjectID
  /// The tree.
  public var tree: ObjectID
  /// The parents.
  public var parents: [ObjectID]
  /// The author.
  public var author: CommitIdentity
  /// The committer.
  public var committer: CommitIdentity
  /// The committer's date in seconds since 1970, as it is claimed.
  public var claimedTime: Int64
  /// The message as bytes; empty where it is too long to be read.
  public var message: [UInt8]
  /// What readers disagree about.
  public var anomalies: [Anomaly]
}
