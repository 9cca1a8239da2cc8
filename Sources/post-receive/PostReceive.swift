/// The hook `post-receive`: all of it is in the library that every executable shares.
import ManifestCore

@main enum PostReceive {
  static func main() { HookProgram.postReceive() }
}
