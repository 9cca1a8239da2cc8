import ManifestCore

@main enum PreReceive {
  static func main() {}
}
