/// The model format that KServe chooses a runtime by, which no field of a manifest names.
enum ModelFormat {
  /// The annotation of a manifest that names it.
  static let annotation = "mlops/model-format"

  /// The endings of files with the format that each is.
  private static let endings = [
    (".onnx", "onnx"), (".joblib", "sklearn"), (".pkl", "sklearn"), (".bst", "xgboost"), (".pt", "pytorch"),
    (".savedmodel", "tensorflow"), ("saved_model.pb", "tensorflow"),
  ]

  /// Whether a text can be the name of a format.
  static func isName(_ text: String) -> Bool {
    let isSafe = text.utf8.allSatisfy { $0.isLowercaseLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
    return isSafe && text.utf8.first?.isLowercaseLetter == true && text.utf8.count <= DNSLabel.maximumLength
  }

  /// The format of a version: the manifest's annotation, or the one that its artifacts' names tell, or `default`.
  static func of(
    _ version: DesiredVersion, of deployment: DesiredDeployment, default fallback: String?
  ) throws(Refused) -> String {
    if let named = deployment.annotations.first(where: { $0.name == annotation })?.value {
      guard isName(named) else {
        throw Refused(
          "the annotation `\(annotation)` of `\(Text.cut(deployment.name))` is `\(Text.cut(named))`, which is no name of a format",
          fix: "write one that KServe knows, such as `sklearn` or `onnx`")
      }
      return named
    }
    var found: [String] = []
    for artifact in version.artifacts {
      for (ending, format) in endings
      where artifact.path.utf8.count >= ending.utf8.count
        && artifact.path.utf8.suffix(ending.utf8.count).elementsEqual(ending.utf8) && !found.contains(format)
      {
        found.append(format)
      }
    }
    if found.count == 1, let format = found.first { return format }
    if let fallback { return fallback }
    let subject = "the model format of `\(Text.cut(version.version))` of `\(Text.cut(deployment.name))`"
    throw Refused(
      found.isEmpty
        ? "\(subject) is not known: no artifact of its evidence has an ending that tells it"
        : "\(subject) could be \(Text.list(found.sorted(), "or")), by its artifacts' endings",
      fix: "name it in the manifest, `annotations: {\(annotation): sklearn}` below `metadata`, or with `--model-format`"
    )
  }
}
