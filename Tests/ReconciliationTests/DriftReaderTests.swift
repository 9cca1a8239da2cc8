import Testing

@testable import ManifestCore
@testable import Reconciliation

/// What a source of drift is asked, and what counts as a score.
@Suite("Drift reader") struct DriftReaderTests {
  private func score(_ command: [String], _ model: String = "churn") async throws -> Double {
    var source = Targets.DriftSource()
    source.command = command
    var deployment = Wanted.deployment("churn", "v1.0.0+b")
    deployment.model = model
    return try await DriftReader(source: source, environment: "production").score(of: deployment)
  }

  @Test("all names are filled in; what stands in braces otherwise is left") func fills() async throws {
    let words = "{name} {model} {version} {environment} {x} {name"
    let script = "test \"$0\" = 'churn churn v1.0.0+b production {x} {name' && echo 0.5"
    #expect(try await score(["/bin/sh", "-c", script, words]) == 0.5)
  }

  @Test(
    "a name that a query could read is not asked for",
    arguments: ["x) or vector(0) # ", ".*", "{version}", "a\"b", "a b", "a\nb", "a\\b"])
  func names(model: String) async throws {
    let failure = await #expect(throws: TargetFailure.self) { try await score(["/bin/echo", "{model}"], model) }
    #expect(failure?.message.contains("could be read as a part of the query") == true, "\(failure?.message ?? "")")
  }

  @Test("infinite is above every threshold; what is no number is unknown") func numbers() async throws {
    #expect(try await score(["/bin/echo", "+Inf"]) > 1e300)
    #expect(try await score(["/bin/echo", "0.25"]) == 0.25)
    for word in ["NaN", "", "1 2"] {
      await #expect(throws: TargetFailure.self) { try await score(["/bin/echo", word]) }
    }
  }
}
