import Foundation
import Testing

/// The absences that the rest leans on (ARCHITECTURE.md), kept by reading the sources.
@Suite struct ArchitectureTests {
  private static let sources = SourceTree.swiftFiles(below: "Sources").map { Source(path: $0.path, text: $0.text) }
  /// The networked part may use Foundation; what hooks link may not.
  private static let outsideOfHooks =
    ["mlops-hook", "Networking", "Delivery", "Reconciliation", "mlops-relay", "mlops-reconciler"]
  /// What no hook may reach, by imports or by the package's dependencies.
  private static let networked = ["Networking", "Delivery", "Reconciliation"]
  private static let hooks = ["pre-receive", "update", "post-receive", "reference-transaction"]

  /// One file with what is left of it when comments and texts are taken out.
  struct Source {
    var path: String
    var lines: Int
    var code: String
    var target: String

    init(path: String, text: String) {
      self.path = path
      lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
      target = path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
      code = Source.strip(text)
    }

    /// The modules that the file imports.
    var imports: Set<String> {
      var modules: Set<String> = []
      for line in code.split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        guard let index = words.firstIndex(of: "import"), words.indices.contains(index + 1) else { continue }
        let before = words[..<index]
        let modifiers: Set = ["public", "internal", "private", "fileprivate", "package"]
        guard before.allSatisfy({ modifiers.contains($0) || $0.hasPrefix("@") }) else { continue }
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let name = kinds.contains(words[index + 1]) ? words.last ?? "" : words[index + 1]
        modules.insert(String(name.prefix { $0 != "." }))
      }
      return modules
    }

    /// Takes out comments and the contents of texts; the number of lines stays.
    static func strip(_ text: String) -> String {
      let bytes = Array(text.utf8)
      var kept: [UInt8] = []
      var index = 0
      func stands(_ word: String) -> Bool { bytes[index...].starts(with: word.utf8) }
      while index < bytes.count {
        let byte = bytes[index]
        if byte == UInt8(ascii: "/"), stands("//") {
          while index < bytes.count, bytes[index] != 10 { index += 1 }
        } else if byte == UInt8(ascii: "\"") {
          let quote = stands("\"\"\"") ? "\"\"\"" : "\""
          index += quote.utf8.count
          while index < bytes.count, !stands(quote) {
            if bytes[index] == 10 { kept.append(10) }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
          }
          index += quote.utf8.count
          kept += Array("\"\"".utf8)
        } else {
          kept.append(byte)
          index += 1
        }
      }
      return String(decoding: kept, as: UTF8.self)
    }

    /// Whether a word stands in the code as a word of its own, with `behind` right after it.
    func uses(_ word: String, followedBy behind: String = "") -> Bool {
      func isPart(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || byte == UInt8(ascii: "_")
      }
      let bytes = Array(code.utf8)
      let wanted = Array((word + behind).utf8)
      guard let first = wanted.first, bytes.count >= wanted.count else { return false }
      for index in 0...(bytes.count - wanted.count) where bytes[index] == first {
        guard bytes[index...].starts(with: wanted) else { continue }
        let before = index == 0 ? 0x20 : bytes[index - 1]
        let end = index + wanted.count
        let after = end == bytes.count ? 0x20 : bytes[end]
        if !isPart(before), before != UInt8(ascii: "."), !behind.isEmpty || !isPart(after) { return true }
      }
      return false
    }
  }

  private static func files(_ isMeant: (Source) -> Bool) -> [String] { sources.filter(isMeant).map(\.path) }

  @Test func sourcesAreFound() {
    #expect(Self.sources.count > 100)
    for target in ["GitObjects", "YAMLTree", "ManifestCore", "mlops-hook"] + Self.hooks {
      #expect(Self.sources.contains { $0.target == target }, "nothing of \(target) was read")
    }
  }

  @Test func theReaderOfSourcesReads() {
    let source = Source(
      path: "Sources/X/Y.swift",
      text: """
        // import A
        @_spi(Z) internal import B
        import struct C.D  // try! here
        let text = "print( \\" import E"; let more = fatalError("x")
        let blueprint = x.print(1)
        """)
    #expect(source.imports == ["B", "C"])
    #expect(source.uses("fatalError", followedBy: "("))
    #expect(!source.uses("print", followedBy: "(") && !source.uses("try!"))
    #expect(source.lines == 5)
  }

  @Test func importsPointOneWay() {
    let allowed: [String: Set<String>] = [
      "GitObjects": ["CGit2", "Glibc", "Swift"], "YAMLTree": ["CYAML", "Glibc", "Swift"],
      "ManifestCore": ["GitObjects", "YAMLTree", "CRuntime", "CCrypto", "Glibc", "Swift", "Synchronization"],
      "pre-receive": ["ManifestCore"],
      "update": ["ManifestCore"], "post-receive": ["ManifestCore"],
      "reference-transaction": ["ManifestCore"],
    ]
    for source in Self.sources {
      guard let known = allowed[source.target] else {
        // Executables know the one library, never what it is built on.
        let below = source.imports.intersection(["CGit2", "CYAML", "CRuntime", "CCrypto"])
        #expect(below.isEmpty, "\(source.path) imports \(below.sorted())")
        continue
      }
      let foreign = source.imports.subtracting(known)
      #expect(foreign.isEmpty, "\(source.path) imports \(foreign.sorted())")
    }
  }

  @Test func noHookReachesTheNetwork() throws {
    let text = try #require(SourceTree.files(below: ".", "Package.swift").first { $0.path == "./Package.swift" }?.text)
    var dependencies: [String: Set<String>] = [:]
    let target = try Regex(#"arget\(\s*name: "([^"]+)",(?:[^\[\]]*?dependencies: \[((?:[^\[\]])*)\])?"#)
    for match in text.matches(of: target) {
      guard let name = match.output[1].substring, let list = match.output[2].substring else { continue }
      // A product of another package stands there by its name too: nothing of that kind is for a hook either.
      let names = list.matches(of: /"([^"]+)"/).map { String($0.output.1) }
      dependencies[String(name)] = Set(names)
    }
    #expect(dependencies["Delivery"]?.contains("Networking") == true, "Package.swift was not understood")
    let ours = Set(Self.sources.map(\.target)).union(["CGit2", "CYAML", "CCrypto", "CRuntime"])
    for hook in Self.hooks {
      var reached: Set<String> = []
      var open = [hook]
      while let next = open.popLast() {
        if reached.insert(next).inserted { open += dependencies[next] ?? [] }
      }
      #expect(reached.contains("ManifestCore"), "\(hook) was not understood")
      #expect(reached.isDisjoint(with: Self.networked), "\(hook) reaches \(reached.sorted())")
      #expect(reached.isSubset(of: ours), "\(hook) links \(reached.subtracting(ours).sorted())")
    }
  }

  @Test func eachCLibraryHasOneDoor() {
    #expect(Self.files { $0.imports.contains("CGit2") && $0.target != "GitObjects" }.isEmpty)
    #expect(Self.files { $0.imports.contains("CYAML") && $0.target != "YAMLTree" }.isEmpty)
    let digests = ["SHA256", "Base64"].map { "Sources/ManifestCore/Values/\($0).swift" }
    #expect(Self.files { $0.imports.contains("CCrypto") && !digests.contains($0.path) }.isEmpty)
    let folders = ["Runtime/", "Triggers/", "Operations/", "Checking/EndpointIndex.swift"].map {
      "Sources/ManifestCore/" + $0
    }
    let strays = Self.files { source in
      source.imports.contains("CRuntime") && !folders.contains { source.path.hasPrefix($0) }
    }
    #expect(strays.isEmpty, "CRuntime is for what runs, not for what judges: \(strays)")
  }

  @Test func whatHooksLinkHasNoFoundation() {
    let strays = Self.files { source in
      !Self.outsideOfHooks.contains(source.target)
        && source.imports.contains { $0.hasPrefix("Foundation") || $0 == "Dispatch" }
    }
    #expect(strays.isEmpty, "a hook starts in two milliseconds: \(strays)")
  }

  @Test func hooksAreTenLines() {
    for source in Self.sources where Self.hooks.contains(source.target) {
      let lines = source.code.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
      #expect(lines.count <= 15, "\(source.path) has \(lines.count) lines of code")
    }
  }

  @Test(arguments: [("try!", ""), ("as!", ""), ("fatalError", "("), ("preconditionFailure", "("), ("print", "(")])
  func nothingTrapsOrPrints(_ word: String, _ behind: String) {
    let strays = Self.files { $0.uses(word, followedBy: behind) }
    #expect(strays.isEmpty, "`\(word)\(behind)` stands in \(strays)")
  }

  @Test func onlyTheRuntimeReadsClockAndEnvironment() {
    let words = [
      ("getenv", "("), ("setenv", "("), ("environ", ""), ("time", "(nil)"), ("clock_gettime", "("),
      ("gettimeofday", "("),
      ("ContinuousClock", ""), ("SuspendingClock", ""), ("CommandLine", ""), ("ProcessInfo", ""), ("Date", "()"),
    ]
    // How long the judgement has taken so far is no date; and libgit2 reads `HOME` before anything of ours runs.
    let exceptions = ["Sources/GitObjects/Budget.swift", "Sources/GitObjects/GitLibrary.swift"]
    let strays = Self.files { source in
      !source.path.hasPrefix("Sources/ManifestCore/Runtime/") && !Self.outsideOfHooks.contains(source.target)
        && !exceptions.contains(source.path) && words.contains { source.uses($0.0, followedBy: $0.1) }
    }
    #expect(strays.isEmpty, "clock and environment come in by one context value: \(strays)")
  }

  @Test func judgingRunsNoProgram() {
    let words = ["posix_spawn", "posix_spawnp", "execve", "execv", "fork", "system", "popen", "socket", "connect"]
    let folders = ["Runtime/", "Triggers/"].map { "Sources/ManifestCore/" + $0 }
    let strays = Self.files { source in
      !Self.outsideOfHooks.contains(source.target) && !folders.contains { source.path.hasPrefix($0) }
        && words.contains { source.uses($0, followedBy: "(") }
    }
    #expect(strays.isEmpty, "what judges runs nothing and talks to nobody: \(strays)")
  }

  @Test func filesAreShort() {
    let long = Self.sources.filter { $0.lines > 400 }.map { "\($0.path): \($0.lines)" }
    #expect(long.isEmpty, "\(long)")
  }
}
