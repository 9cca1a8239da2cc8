import Foundation
import Testing

@testable import ManifestCore

/// The JSON Schema for editors, held against what the gate's own readers know and take.
@Suite struct DeploymentSchemaTests {
  private typealias Object = [String: Any]

  private static func schema() throws -> Object {
    try #require(try JSONSerialization.jsonObject(with: Data(DeploymentSchema.text.utf8)) as? Object)
  }

  /// What stands in the schema at a path of fields, lists stepped over.
  private static func part(_ kind: String, _ path: [String]) throws -> Object {
    var part = try #require((try schema()["definitions"] as? Object)?[kind] as? Object)
    for name in path {
      if let items = part["items"] as? Object { part = items }
      part = try #require((part["properties"] as? Object)?[name] as? Object, "\(kind) \(path) \(name)")
    }
    return part["items"] as? Object ?? part
  }

  @Test(arguments: [
    ("ModelDeployment", [], ModelDeployment.Known.document),
    ("ModelDeployment", ["metadata"], ModelDeployment.Known.metadata),
    ("ModelDeployment", ["spec"], ModelDeployment.Known.spec),
    ("ModelDeployment", ["spec", "model"], ModelDeployment.Known.model),
    ("ModelDeployment", ["spec", "serving"], ModelDeployment.Known.serving),
    ("ModelDeployment", ["spec", "drift_config"], ModelDeployment.Known.drift),
    ("ModelDeployment", ["spec", "promotion_criteria"], ModelDeployment.Known.criteria),
    ("ModelRouting", [], ModelRouting.Known.document), ("ModelRouting", ["metadata"], ModelRouting.Known.metadata),
    ("ModelRouting", ["spec"], ModelRouting.Known.spec),
    ("ModelRouting", ["spec", "routes"], ModelRouting.Known.route),
    ("ModelRouting", ["spec", "traffic_splitting"], ModelRouting.Known.splitting),
  ])
  func eachFieldOfTheReadersStandsInItAndNoOther(kind: String, path: [String], known: [String]) throws {
    let part = try Self.part(kind, path)
    let fields = try #require(part["properties"] as? Object)
    #expect(Set(fields.keys) == Set(known))
    #expect(part["additionalProperties"] as? Bool == false)
    let required = try #require(part["required"] as? [String])
    #expect(Set(required).isSubset(of: known))
  }

  /// A value that the schema asks for and the gate does not, or the other way round, would send people back and forth.
  @Test(arguments: SeedManifests.all) func theSeedsManifestsAreValid(manifest: SeedManifests) throws {
    let part = try Self.part(manifest.kind, [])
    #expect(Self.problems(of: manifest.value, in: part, at: "") == [])
  }

  @Test func theValidatorOfThisTestSeesProblems() throws {
    var broken = try #require(SeedManifests.all.first).value
    broken["kind"] = "Model"
    broken["extra"] = 1
    broken["spec"] = ["environment": "No Label"]
    let found = Self.problems(of: broken, in: try Self.part("ModelDeployment", []), at: "")
    #expect(found.contains("kind: const") && found.contains("extra: unknown") && found.contains("spec.model: missing"))
    #expect(found.contains("spec.environment: pattern"))
  }

  /// The words of JSON Schema that ours uses, as far as manifests need them.
  private static func problems(of value: Any, in schema: Object, at path: String) -> [String] {
    var problems: [String] = []
    func field(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
    if let wanted = schema["const"] as? String, value as? String != wanted { problems.append("\(path): const") }
    if let words = schema["enum"] as? [String], !words.contains(value as? String ?? "") {
      problems.append("\(path): enum")
    }
    let types = schema["type"] as? [String] ?? (schema["type"] as? String).map { [$0] } ?? []
    if !types.isEmpty, !types.contains(where: { Self.isOf($0, value) }) { problems.append("\(path): type") }
    if let pattern = schema["pattern"] as? String, let text = value as? String,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      problems.append("\(path): pattern")
    }
    if let minimum = schema["minimum"] as? Double, let number = value as? Double, number < minimum {
      problems.append("\(path): minimum")
    }
    for (index, item) in (value as? [Any] ?? []).enumerated() {
      problems += Self.problems(of: item, in: schema["items"] as? Object ?? [:], at: "\(path)[\(index)]")
    }
    guard let object = value as? Object else { return problems }
    for name in schema["required"] as? [String] ?? [] where object[name] == nil {
      problems.append("\(field(name)): missing")
    }
    for (name, value) in object {
      if let known = (schema["properties"] as? Object)?[name] as? Object {
        problems += Self.problems(of: value, in: known, at: field(name))
      } else if let others = schema["additionalProperties"] as? Object {
        problems += Self.problems(of: value, in: others, at: field(name))
      } else if schema["additionalProperties"] as? Bool == false {
        problems.append("\(field(name)): unknown")
      }
    }
    return problems
  }

  private static func isOf(_ type: String, _ value: Any) -> Bool {
    switch type {
    case "object": value is Object
    case "array": value is [Any]
    case "string": value is String
    case "boolean": value is Bool
    case "integer": value is Int && !(value is Bool)
    default: (value is Double || value is Int) && !(value is Bool)
    }
  }
}
