import YAMLTree

/// One step from a node to a node in it.
enum NodeStep: Hashable {
  /// The value of a key.
  case key(String)
  /// An item of a list.
  case index(Int)
}

extension [NodeStep] {
  /// The path as messages show it, as in `spec.routes[1].weight`.
  var words: String {
    var text = ""
    for step in self {
      switch step {
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      case .index(let index): text += "[\(index)]"
      }
    }
    return text
  }

  /// A path of keys alone.
  static func keys(_ keys: String...) -> [NodeStep] { keys.map { .key($0) } }
}

extension Node {
  /// The node at a path.
  func value(at path: [NodeStep]) -> Node? {
    var node: Node? = self
    for step in path {
      switch step {
      case .key(let key): node = node?[key]
      case .index(let index): node = node?.sequence.flatMap { $0.indices.contains(index) ? $0[index] : nil }
      }
    }
    return node
  }

  /// The pair of a key, where the node is a mapping that has it.
  func pair(_ key: String) -> Pair? { mapping?.first { $0.key == key } }

  /// The node with the scalar at a path replaced.
  ///
  /// A number stays a number where its value is one.
  func setting(_ path: ArraySlice<NodeStep>, to value: String) -> Node {
    guard let step = path.first else {
      var style = scalar?.style ?? .plain
      if style == .plain, scalar?.isString == true, ManifestEditor.plain(value) == nil { style = .doubleQuoted }
      return Node(content: .scalar(Scalar(text: value, style: style)), mark: mark, end: end)
    }
    return changing(step) { $0.setting(path.dropFirst(), to: value) }
  }

  /// The node with a field added to the mapping at a path.
  func inserting(_ key: String, _ value: String, into path: ArraySlice<NodeStep>) -> Node {
    if let step = path.first { return changing(step) { $0.inserting(key, value, into: path.dropFirst()) } }
    let node = Node(content: .scalar(Scalar(text: value, style: .doubleQuoted)), mark: mark, end: end)
    return Node(
      content: .mapping((mapping ?? []) + [Pair(key: key, keyMark: mark, value: node)]), mark: mark, end: end)
  }

  /// The node without a field of the mapping at a path.
  func removing(_ key: String, of path: ArraySlice<NodeStep>) -> Node {
    if let step = path.first { return changing(step) { $0.removing(key, of: path.dropFirst()) } }
    return Node(content: .mapping((mapping ?? []).filter { $0.key != key }), mark: mark, end: end)
  }

  private func changing(_ step: NodeStep, _ change: (Node) -> Node) -> Node {
    switch (step, content) {
    case (.key(let key), .mapping(let pairs)):
      let changed = pairs.map { pair in
        pair.key == key ? Pair(key: pair.key, keyMark: pair.keyMark, value: change(pair.value)) : pair
      }
      return Node(content: .mapping(changed), mark: mark, end: end)
    case (.index(let index), .sequence(let items)):
      let changed = items.enumerated().map { $0.offset == index ? change($0.element) : $0.element }
      return Node(content: .sequence(changed), mark: mark, end: end)
    default: return self
    }
  }
}
