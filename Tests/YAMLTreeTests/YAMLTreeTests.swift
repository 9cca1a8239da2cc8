import Testing

@testable import YAMLTree

@Suite struct YAMLTreeTests {
  /// A manifest that must be read without a problem.
  static let manifest = """
    # a deployment
    apiVersion: mlops/v1
    metadata:
      name: "customer-segmentation"
    spec:
      approvers:
        - ml-opsリード
        - 'ビジネスユニットLG'   # both
      note: |
        line one
        line two

      folded: >-
        some
        text
      flow: {a: [1, 2.5, null], "b": , c}
      empty:
      url: s3://ml-models/company/
    """

  @Test func valuesAndPlaces() throws {
    let bytes = Array(Self.manifest.utf8)
    let stream = YAMLReader.read(bytes)
    #expect(stream.problems.isEmpty)
    #expect(stream.starts == [Mark(line: 2, column: 1, offset: 15)])
    let root = try #require(stream.documents.first)
    #expect(root.mapping?.map(\.key) == ["apiVersion", "metadata", "spec"])
    let spec = try #require(root["spec"])
    #expect(spec["note"]?.scalar?.text == "line one\nline two\n")
    #expect(spec["note"]?.scalar?.style == .literal)
    #expect(spec["folded"]?.scalar?.text == "some text")
    #expect(spec["folded"]?.scalar?.style == .folded)
    #expect(spec["flow"]?["a"]?.sequence?.map { $0.scalar?.type } == [.int, .float, .null])
    #expect(spec["flow"]?["c"]?.scalar?.type == .null)
    #expect(spec["empty"]?.scalar?.type == .null)
    let approver = try #require(spec["approvers"]?.sequence?.last)
    #expect(approver.scalar?.style == .singleQuoted)
    #expect(approver.mark.line == 8)
    #expect(approver.mark.column == 7)
    #expect(String(decoding: bytes[approver.mark.offset..<approver.end], as: UTF8.self) == "'ビジネスユニットLG'")
    let flow = try #require(spec["flow"])
    #expect(
      String(decoding: bytes[flow.mark.offset..<flow.end], as: UTF8.self) == "{a: [1, 2.5, null], \"b\": , c}")
    // A block list ends with its last item, not behind the comment that follows.
    #expect(spec["approvers"]?.end == approver.end)
    #expect(root.end == bytes.count)
  }

  @Test func manyDocuments() {
    let stream = YAMLReader.read(Array("---\na: 1\n---\n- b\n...\n---\n\"c\"\n".utf8))
    #expect(stream.problems.isEmpty)
    #expect(stream.documents.count == 3)
    #expect(stream.starts.map(\.line) == [1, 3, 6])
  }

  @Test func lineEndsOfWindows() {
    let stream = YAMLReader.read(Array("a: リ\r\nb:\r\n  - x\r\nb: 1\r\n".utf8))
    #expect(stream.problems.map(\.mark) == [Mark(line: 4, column: 1, offset: 19)])
    #expect(stream.documents.first?["a"]?.scalar?.text == "リ")
  }

  @Test func escapesThatAreFine() {
    let stream = YAMLReader.read(Array("a: \"\\n\\t\\r\\n\\x41\\u30EA\\U0001F600\\\\\\/\"".utf8))
    #expect(stream.problems.isEmpty)
    #expect(stream.documents.first?["a"]?.scalar?.text == "\n\t\r\nAリ😀\\/")
  }
}
