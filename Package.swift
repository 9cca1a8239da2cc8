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

/// How release builds link the hooks: at a fixed address.
///
/// A hook is started up to three times a push, and a good part of that is writing addresses into pages: a program with a
/// fixed address has none to write. The programs that stay, and those that people start, are as usual.
let hookLinking: [LinkerSetting] =
  shared ? [] : [.unsafeFlags(["-Xclang-linker", "-no-pie"], .when(platforms: [.linux], configuration: .release))]

let package = Package(
  name: "mlops-hook",
  products: [
    .executable(name: "pre-receive", targets: ["pre-receive"]),
    .executable(name: "update", targets: ["update"]),
    .executable(name: "post-receive", targets: ["post-receive"]),
    .executable(name: "reference-transaction", targets: ["reference-transaction"]),
    .executable(name: "mlops-hook", targets: ["mlops-hook"]),
    .executable(name: "mlops-relay", targets: ["mlops-relay"]),
    .executable(name: "mlops-reconciler", targets: ["mlops-reconciler"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
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
    .executableTarget(name: "pre-receive", dependencies: ["ManifestCore"], linkerSettings: hookLinking),
    .executableTarget(name: "update", dependencies: ["ManifestCore"], linkerSettings: hookLinking),
    .executableTarget(name: "post-receive", dependencies: ["ManifestCore"], linkerSettings: hookLinking),
    .executableTarget(name: "reference-transaction", dependencies: ["ManifestCore"], linkerSettings: hookLinking),
    .executableTarget(
      name: "mlops-hook",
      dependencies: ["ManifestCore", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    .target(
      name: "Networking",
      dependencies: [
        "ManifestCore",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .target(
      name: "Delivery",
      dependencies: [
        "ManifestCore", "YAMLTree", "Networking", .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(
      name: "mlops-relay",
      dependencies: [
        "Delivery", "Networking", "ManifestCore", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .target(
      name: "Reconciliation",
      dependencies: [
        "ManifestCore", "GitObjects", "Networking",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(
      name: "mlops-reconciler",
      dependencies: [
        "Reconciliation", "Networking", "ManifestCore", "GitObjects",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .target(name: "TestSizes", path: "Tests/TestSizes"),
    .testTarget(name: "GitObjectsTests", dependencies: ["GitObjects", "TestSizes"]),
    .testTarget(name: "YAMLTreeTests", dependencies: ["YAMLTree", "TestSizes"]),
    .testTarget(name: "ManifestCoreTests", dependencies: ["ManifestCore", "GitObjects", "YAMLTree", "TestSizes"]),
    .testTarget(name: "DeliveryTests", dependencies: ["Delivery", "Networking", "ManifestCore"]),
    .testTarget(
      name: "ReconciliationTests", dependencies: ["Reconciliation", "Networking", "ManifestCore", "GitObjects"]),
    // `scripts/fuzz.sh` compiles the same targets, with the driver, for libFuzzer.
    .testTarget(
      name: "FuzzTests", dependencies: ["Delivery", "ManifestCore", "GitObjects", "YAMLTree"],
      exclude: ["Driver", "Dictionaries"]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "ManifestCore", "GitObjects", "TestSizes", "pre-receive", "update", "post-receive", "reference-transaction",
        "mlops-hook",
        "mlops-relay", "mlops-reconciler",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
