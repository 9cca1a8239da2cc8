// swift-tools-version: 6.0
import PackageDescription

/// The C libraries, linked from their archives so that a hook neither loads shared libraries nor carries network code.
///
/// `MLOPS_SHARED_LIBRARIES=1` in the environment falls back to the shared libraries, for systems without the archives.
let shared = Context.environment["MLOPS_SHARED_LIBRARIES"] == "1"

let git2Libraries: [LinkerSetting] =
  shared
  ? [.linkedLibrary("git2")]
  : [":libgit2.a", ":libpcre2-8.a", ":libz.a", ":libhttp_parser.a", ":libmbedcrypto.a"].map { .linkedLibrary($0) }

let cryptoLibraries: [LinkerSetting] = [.linkedLibrary(shared ? "mbedcrypto" : ":libmbedcrypto.a")]

let yamlLibraries: [LinkerSetting] = [.linkedLibrary(shared ? "yaml" : ":libyaml.a")]

let package = Package(
  name: "mlops-hook",
  products: [
    .executable(name: "pre-receive", targets: ["pre-receive"]),
    .executable(name: "update", targets: ["update"]),
    .executable(name: "post-receive", targets: ["post-receive"]),
    .executable(name: "mlops-hook", targets: ["mlops-hook"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
  ],
  targets: [
    .target(
      name: "CGit2",
      cSettings: shared ? [.define("MLOPS_SHARED_LIBRARIES")] : [],
      linkerSettings: git2Libraries),
    .target(name: "CYAML", linkerSettings: yamlLibraries),
    .target(name: "CCrypto", linkerSettings: cryptoLibraries),
    .target(name: "CRuntime"),
    .target(name: "GitObjects", dependencies: ["CGit2"]),
    .target(name: "YAMLTree", dependencies: ["CYAML"]),
    .target(name: "ManifestCore", dependencies: ["GitObjects", "YAMLTree", "CRuntime", "CCrypto"]),
    .executableTarget(name: "pre-receive", dependencies: ["ManifestCore"]),
    .executableTarget(name: "update", dependencies: ["ManifestCore"]),
    .executableTarget(name: "post-receive", dependencies: ["ManifestCore"]),
    .executableTarget(
      name: "mlops-hook",
      dependencies: ["ManifestCore", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    .testTarget(name: "GitObjectsTests", dependencies: ["GitObjects"]),
    .testTarget(name: "YAMLTreeTests", dependencies: ["YAMLTree"]),
    .testTarget(name: "ManifestCoreTests", dependencies: ["ManifestCore", "GitObjects", "YAMLTree"]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["ManifestCore", "pre-receive", "update", "post-receive", "mlops-hook"]),
  ],
  swiftLanguageModes: [.v6]
)
