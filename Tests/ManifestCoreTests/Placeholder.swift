import Testing

@Suite struct ManifestCorePlaceholderTests {
  @Test func builds() {}
}
