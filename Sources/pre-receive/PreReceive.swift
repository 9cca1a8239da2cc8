/// The hook `pre-receive`: all of it is in the library that every executable shares.
import ManifestCore

@main enum PreReceive {
  static func main() { HookProgram.preReceive() }
}
