/// What is known of a metric in the version that is deployed now.
enum BaselineValue: Sendable {
  /// The past is not looked at here: clauses on the baseline hold.
  case notJudged

  /// Nothing was deployed: clauses on the baseline hold.
  case nothingStood

  /// A version is deployed whose evidence does not name the metric: clauses on the baseline cannot hold.
  case missing

  /// The metric in the deployed version's evidence.
  case value(Measurement)
}
