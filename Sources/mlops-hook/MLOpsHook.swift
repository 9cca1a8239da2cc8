import ArgumentParser
import ManifestCore

@main struct MLOpsHook: ParsableCommand {
}
