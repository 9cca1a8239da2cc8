/// The problems of one text, up to a cap: a hostile text must not make a long report.
struct ProblemList {
  /// How many problems of one text are kept.
  static let maximum = 50

  /// The problems in the order in which they were found.
  private(set) var problems: [TextProblem] = []

  /// Whether no further problem is kept, so that reading on is of no use.
  var isFull: Bool { problems.count >= Self.maximum }

  /// Adds a problem.
  ///
  /// A syntax problem at a place that already has a problem is its consequence and is dropped.
  mutating func add(_ kind: TextProblem.Kind, _ message: String, fix: String? = nil, at mark: Mark) {
    guard !isFull else { return }
    if kind == .syntax, problems.contains(where: { $0.mark == mark }) { return }
    problems.append(TextProblem(kind: kind, message: message, fix: fix, mark: mark))
  }

  /// The problems in the order of the text.
  var sorted: [TextProblem] {
    problems.count < 2 ? problems : problems.sorted { $0.mark < $1.mark }
  }
}
