/// The hook `reference-transaction`: all of it is in the library that every executable shares.
import ManifestCore

@main enum ReferenceTransaction {
  static func main() { HookProgram.referenceTransaction() }
}
