import ManifestCore

@main enum PostReceive {
  static func main() {}
}
