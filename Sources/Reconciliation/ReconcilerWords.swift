import ManifestCore
import Networking

/// What went wrong, for people.
package enum ReconcilerWords {
  /// The sentences of an error, each with what to do.
  package static func of(_ error: any Error) -> [(message: String, fix: String?)] {
    switch error {
    case let invalid as TargetsReader.Invalid: invalid.problems.map { ($0.text, $0.fix) }
    case let refused as SecretFile.Refused: [(refused.message, refused.fix)]
    case let invalid as ListenAddress.Invalid: [(invalid.message, invalid.fix)]
    default:
      {
        let failure = Reconciler.failure(error)
        return [(failure.message, failure.fix)]
      }()
    }
  }
}
