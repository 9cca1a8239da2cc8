import Foundation
import ManifestCore

/// What a reconciler knows from one pass to the next; without it, it begins anew and does no harm.
package struct ReconcileRecord: Codable, Sendable, Equatable {
  /// How one deployment fares.
  package struct Deployment: Codable, Sendable, Equatable {
    /// What was to be reached: another one begins the count anew.
    package var goal: String
    /// `ok`, `progressing` or `failed`.
    package var status: String
    /// The version that git names.
    package var version: String
    /// Since when that is so, in seconds since 1970.
    package var since: Int64
    /// How often it was tried in vain.
    package var failures = 0
    /// When it is tried again.
    package var nextTry: Int64 = 0
    /// What was wrong last.
    package var error: String?
    /// The last commit at which all of it was reached.
    package var good: String?
  }

  /// A commit that got past the gate and is not applied.
  package struct Refused: Codable, Sendable, Equatable {
    package var commit: String
    package var problems: [String]
  }

  /// What was measured of one version.
  package struct Drift: Codable, Sendable, Equatable {
    package var version: String
    /// When it was measured last, in seconds since 1970.
    package var measured: Int64
    /// The score; nil: unknown.
    package var score: Double?
    /// Why it is unknown.
    package var error: String?
    /// Whether somebody was told that the score is above the threshold.
    package var isAlerted = false
    /// The versions that were rolled back by themselves, or proposed to be: none of them a second time.
    package var rolledBack: [String] = []
    /// Why the last rollback was not taken: told once, not at each measurement.
    package var refusal: String?
    /// The thresholds of the last measurement.
    package var alert: Double?
    package var rollback: Double?
  }

  package var schema = 1
  package var environment: String
  package var ref: String?
  /// The last commit whose steps were judged and accepted.
  package var applied: String?
  /// When the last pass ended, in seconds since 1970.
  package var passed: Int64?
  /// What kept the last pass from seeing what is new.
  package var error: String?
  package var refused: Refused?
  /// The endpoints where nothing can be done, with the reason.
  package var unseen: [String: String] = [:]
  /// What else the last pass could not do, in words.
  package var problems: [String] = []
  package var deployments: [String: Deployment] = [:]
  package var drift: [String: Drift] = [:]

  /// The name of the record's file in the state's folder.
  package static let fileName = "state.json"

  /// A record of an environment of which nothing is known.
  package init(environment: String) { self.environment = environment }

  /// Reads the record of a state's folder; nothing is known where it cannot be read.
  package static func load(_ folder: String, environment: String) -> ReconcileRecord {
    guard case .content(let content) = SafeFiles.read(folder + "/" + fileName, maximum: 256 << 20),
      let record = try? JSONDecoder().decode(ReconcileRecord.self, from: Data(content)), record.schema == 1,
      record.environment == environment
    else { return ReconcileRecord(environment: environment) }
    return record
  }

  /// Writes the record, whole or not at all.
  package func save(_ folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try SafeFiles.write(Array(encoder.encode(self)) + [10], folder: folder, name: Self.fileName)
  }
}
