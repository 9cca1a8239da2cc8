import ManifestCore

@main enum Update {
  static func main() {}
}
