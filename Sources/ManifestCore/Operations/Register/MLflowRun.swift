/// The metrics of an MLflow run, as its file store keeps them: a file for each metric, a line for each time it was logged.
enum MLflowRun {
  /// The largest file of one metric that is read: about a million lines.
  private static let maximumBytes = 64 << 20
  /// How deep the names of metrics may nest.
  private static let maximumDepth = 16

  /// Reads a run's folder, or its `metrics` folder.
  static func read(_ folder: String, into collector: inout MetricCollector) {
    let folder = folder.utf8.last == UInt8(ascii: "/") && folder.utf8.count > 1 ? String(folder.dropLast()) : folder
    let inner = folder + "/metrics"
    let hasInner = SafeFiles.isFolder(inner)
    let ownName = SafeFiles.canonical(folder)?.utf8.split(separator: UInt8(ascii: "/")).last
    guard hasInner || ownName?.elementsEqual("metrics".utf8) == true else {
      // Whatever else lies in a folder would be taken for metrics, or complained of file by file.
      return collector.report(
        "`\(Text.cut(folder))` is not the folder of an MLflow run: there is no folder `metrics` in it",
        fix: "name a file, the folder of an MLflow run, or the `metrics` folder in it")
    }
    let count = collector.metrics.count + collector.problems.count
    readFolder(hasInner ? inner : folder, name: "", depth: 1, into: &collector)
    if collector.metrics.count + collector.problems.count == count {
      collector.report(
        "`\(Text.cut(folder))` holds no metrics",
        fix: "name a file, the folder of an MLflow run, or the `metrics` folder in it")
    }
  }

  /// Reads a folder; the names of metrics in folders are joined by slashes, as MLflow shows them.
  private static func readFolder(_ folder: String, name: String, depth: Int, into collector: inout MetricCollector) {
    for entry in SafeFiles.names(in: folder) where entry.utf8.first != UInt8(ascii: ".") {
      let path = folder + "/" + entry
      let metric = name.isEmpty ? entry : name + "/" + entry
      guard SafeFiles.isFolder(path) else {
        readMetric(path, metric, into: &collector)
        continue
      }
      guard depth < maximumDepth else {
        collector.report(
          "`\(Text.cut(path))` is nested \(depth + 1) deep, more than \(maximumDepth)", fix: "name the `metrics` folder"
        )
        continue
      }
      readFolder(path, name: metric, depth: depth + 1, into: &collector)
    }
  }

  /// Takes the value of the last step, of several the latest, of those the last line.
  private static func readMetric(_ path: String, _ name: String, into collector: inout MetricCollector) {
    guard case .content(let bytes) = SafeFiles.read(path, maximum: maximumBytes) else {
      return collector.report(
        "`\(Text.cut(path))` cannot be read as a metric of MLflow", fix: "it must be a file of at most 64 MiB")
    }
    var last: (step: Int, time: Int, value: String, place: String)?
    for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let line = line.last == 13 ? line.dropLast() : line
      if line.isEmpty { continue }
      let words = line.split(separator: 0x20)
      let place = "\(Text.cut(path)):\(index + 1)"
      let step = words.count == 3 ? Int(String(decoding: words[2], as: UTF8.self)) : 0
      guard words.count == 2 || words.count == 3, let time = Int(String(decoding: words[0], as: UTF8.self)), let step
      else {
        return collector.report(
          "\(place):1: `\(Text.cut(name))`: the line is not `<time> <value> <step>`, as MLflow writes it",
          fix: "name a file of metrics, the folder of an MLflow run, or the `metrics` folder in it")
      }
      if let last, (step, time) < (last.step, last.time) { continue }
      let column = words[1].startIndex - line.startIndex + 1
      last = (step, time, String(decoding: words[1], as: UTF8.self), "\(place):\(column)")
    }
    guard let last else {
      return collector.report("`\(Text.cut(path))` is empty", fix: "log the metric, or remove the file")
    }
    let isNumber = (try? ExactDecimal(last.value)) != nil
    collector.add(name: name, origin: last.place, isNumber ? .decimal(last.value) : .string(last.value)) {
      () throws(ValueProblem) in try MetricCollector.measured(last.value)
    }
  }
}
