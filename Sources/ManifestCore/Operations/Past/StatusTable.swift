/// What is deployed, in aligned columns.
struct StatusTable {
  private let rows: [[String]]

  init(_ states: [DeployedState]) {
    let heading = ["DEPLOYMENT", "ENVIRONMENT", "VERSION", "ROUTES", "SINCE", "APPROVED", "EVIDENCE", "BY"]
    rows =
      [heading]
      + states.map { state in
        [
          Text.show(state.name), Text.show(state.environment), state.shownVersion,
          state.routes.isEmpty ? "-" : RouteWeight.line(state.routes), state.since.date, Self.approvals(state),
          state.evidence, state.since.shownAuthor,
        ].map(Text.escape)
      }
  }

  /// How many approved, and by what proof.
  private static func approvals(_ state: DeployedState) -> String {
    let people = state.since.people
    let signed = people.filter { $0.proof == "signed" }.count
    let parts = [(signed, "signed"), (people.count - signed, "unsigned")].filter { $0.0 > 0 }
    return parts.isEmpty ? "-" : parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  /// The rows, each cell padded to its column but for the last one's.
  var lines: [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].unicodeScalars.count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        column == row.count - 1
          ? cell : cell + String(repeating: " ", count: widths[column] - cell.unicodeScalars.count)
      }.joined(separator: "  ")
    }
  }
}
