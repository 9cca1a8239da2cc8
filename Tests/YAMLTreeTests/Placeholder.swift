import Testing

@Suite struct YAMLTreePlaceholderTests {
  @Test func builds() {}
}
