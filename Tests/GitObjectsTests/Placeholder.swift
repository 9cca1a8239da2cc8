import Testing

@Suite struct GitObjectsPlaceholderTests {
  @Test func builds() {}
}
