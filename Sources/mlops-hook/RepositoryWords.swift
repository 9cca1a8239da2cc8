import ArgumentParser
import ManifestCore

extension CompletionKind {
  /// Words of one kind, from the repository that the unfinished command line names.
  static func words(_ kind: CompletionWords.Kind) -> CompletionKind {
    .custom { arguments, _, _ in
      let option = arguments.lastIndex { ["-C", "--repo"].contains($0) }
      let path = option.map { $0 + 1 }.flatMap { arguments.indices.contains($0) ? arguments[$0] : nil }
      return CompletionWords.all(kind, path: path ?? ".", context: .live())
    }
  }
}
