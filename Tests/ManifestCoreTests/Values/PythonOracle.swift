import Foundation

/// A python3 that judges many cases in one process.
enum PythonOracle {
  /// The path of python3, or nil where there is none.
  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
    let found = folders.map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    if found == nil { print("WARNING: python3 is missing: the comparison with its decimal module is SKIPPED") }
    return found
  }()

  /// Whether python3 is there.
  static var isAvailable: Bool { path != nil }

  /// Runs a script over lines of input and returns its lines of output.
  static func answers(script: String, lines: [String]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("oracle-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appendingPathComponent("input")
    let output = folder.appendingPathComponent("output")
    try Data(lines.joined(separator: "\n").utf8).write(to: input)
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "/usr/bin/python3")
    process.arguments = ["-c", script]
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileReadUnknown) }
    return String(decoding: try Data(contentsOf: output), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  /// The next number of the SplitMix64 sequence.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Random texts of numbers and units.
struct RandomText {
  var generator: SeededGenerator

  /// Texts from a seed.
  init(seed: UInt64) {
    generator = SeededGenerator(state: seed)
  }

  /// A number below the bound.
  mutating func below(_ bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &generator)
  }

  /// A JSON number, mostly short, sometimes long or of an extreme exponent.
  mutating func number() -> String {
    var text = below(3) == 0 ? "-" : ""
    let length = below(10) == 0 ? 1 + below(25) : 1 + below(3)
    var digits = (0..<length).map { _ in String(below(10)) }
    while digits.count > 1, digits[0] == "0" { digits.removeFirst() }
    text += digits.joined()
    if below(2) == 0 {
      let length = below(10) == 0 ? 1 + below(25) : 1 + below(3)
      text += "." + (0..<length).map { _ in String(below(10)) }.joined()
    }
    switch below(8) {
    case 0: text += (below(2) == 0 ? "e" : "E") + ["", "+", "-"][below(3)] + String(below(1000))
    case 1: text += "e" + ["", "-"][below(2)] + String(below(4))
    default: break
    }
    return text
  }
}
