/// The hook `update`: all of it is in the library that every executable shares.
import ManifestCore

@main enum Update {
  static func main() { HookProgram.update() }
}
