/// A small push, written as text, with what the gate says to it: documentation and test at once.
///
/// The text is cut into sections by lines such as `-- after/deployments/production/x.yaml --`; `ExampleSection` knows
/// them all. A `↓` stands before each token that the finding must point at.
public struct CheckExample: Sendable {
  /// What the gate says.
  public enum Outcome: String, Sendable {
    /// The whole catalogue has nothing against it.
    case accepted
    /// The check refuses it, and no other does.
    case refused
  }

  /// What the gate says.
  public let outcome: Outcome
  /// What is going on: lower case, no full stop.
  public let title: String
  /// The push.
  public let text: String
  /// The module and the name of the file in which the example is written.
  public let fileID: String
  /// The line of that file at which it begins.
  public let line: Int

  /// A push that is taken.
  static func accepted(
    _ title: String, _ text: String, fileID: String = #fileID, line: Int = #line
  ) -> CheckExample {
    CheckExample(outcome: .accepted, title: title, text: text, fileID: fileID, line: line)
  }

  /// A push that the check refuses.
  static func refused(_ title: String, _ text: String, fileID: String = #fileID, line: Int = #line) -> CheckExample {
    CheckExample(outcome: .refused, title: title, text: text, fileID: fileID, line: line)
  }

  /// The sections of the text, in its order.
  public var sections: [ExampleSection] { ExampleSection.parse(text) }

  /// The sign that stands before what a finding points at.
  public static let mark: Character = "↓"
}
