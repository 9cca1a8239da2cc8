extension AttackCase {
  /// Evidence and thresholds.
  static let evidence: [AttackCase] = [
    AttackCase(
      "101", .evidence, "evidence that a later push mends", by: "model/immutable",
      "ContentAttackTests.laterEvidence", "ManifestRefusalTests.refusedEvidence"),
    AttackCase(
      "103", .evidence, "a version that leads to another folder", by: "manifest/value",
      "ManifestRefusalTests.refusedValue"),
    AttackCase(
      "104", .evidence, "a version that readers type as a number", by: "manifest/value",
      "ManifestRefusalTests.refusedValue"),
    AttackCase(
      "105", .evidence, "units that are mixed up", by: "metric/unit, metric/threshold",
      "ContentAttackTests.metrics", "ManifestRefusalTests.units"),
    AttackCase(
      "107", .evidence, "infinite and overflowing numbers", by: "model/invalid, manifest/value",
      "ContentAttackTests.metrics", "ManifestRefusalTests.refusedValue"),
    AttackCase(
      "108", .evidence, "numbers in spellings that only some read", by: "model/invalid",
      "ContentAttackTests.metrics"),
    AttackCase(
      "109", .evidence, "one metric twice", by: "model/invalid",
      "ContentAttackTests.metrics", "ManifestRefusalTests.refusedEvidence"),
    AttackCase(
      "111", .evidence, "a metric that is missing or null", by: "metric/missing, model/invalid",
      "ContentAttackTests.metrics", "ManifestRefusalTests.refusedEvidence"),
    AttackCase("112", .evidence, "operators that are none", by: "manifest/value", "ContentAttackTests.metrics"),
    AttackCase(
      "113", .evidence, "a threshold that is no threshold", by: "metric/floor",
      "ManifestRefusalTests.refusedEvidence"),
    AttackCase(
      "115", .evidence, "percent against plain numbers", by: "metric/threshold",
      "ContentAttackTests.metrics"),
    AttackCase(
      "116", .evidence, "a metric under a name that spells a path", by: "metric/missing",
      AttackChange([
        Fixtures.evidencePath("v2.0.0"):
          "{\"name\": \"segmentation\", \"version\": \"v2.0.0\", \"metrics.silhouette_score\": 0.99,"
          + " \"metrics\": {\"metrics.silhouette_score\": 0.99, \"inference_latency_p99\": \"87ms\"},"
          + " \"shadow_test\": {\"passed\": true}, \"artifacts\": []}\n",
        Deployment().path: Deployment(version: "v2.0.0").yaml,
      ])),
    AttackCase("117", .evidence, "deep or huge evidence", by: "model/invalid", "ContentAttackTests.deepEvidence"),
  ]

  /// What YAML readers differ about.
  static let yaml: [AttackCase] = [
    AttackCase("119", .yaml, "duplicate keys", by: "manifest/duplicate-key", "ManifestRefusalTests.refusedSyntax"),
    AttackCase("120", .yaml, "aliases that multiply", by: "manifest/unsupported", "ContentAttackTests.hostileYAML"),
    AttackCase(
      "121", .yaml, "aliases of nothing or of themselves", by: "manifest/unsupported",
      "ContentAttackTests.hostileYAML"),
    AttackCase("123", .yaml, "an alias for a key", by: "manifest/unsupported", "ContentAttackTests.hostileYAML"),
    AttackCase(
      "124", .yaml, "tags and directives", by: "manifest/unsupported",
      "ContentAttackTests.hostileYAML", "ManifestRefusalTests.refusedSyntax"),
    AttackCase(
      "125", .yaml, "a second document", by: "manifest/schema, manifest/location",
      "ContentAttackTests.hostileYAML", "ManifestRefusalTests.refusedLocation"),
    AttackCase(
      "127", .yaml, "files without content", by: "manifest/unsupported, manifest/schema",
      "ContentAttackTests.hostileYAML", "ManifestRefusalTests.refusedSchema"),
    AttackCase(
      "128", .yaml, "byte order marks and other encodings", by: "manifest/unsupported",
      "ContentAttackTests.hostileYAML", "ManifestRefusalTests.refusedSyntax"),
    AttackCase(
      "129", .yaml, "characters that only some take for line ends", by: "manifest/unsupported",
      "ContentAttackTests.hostileYAML", "ManifestRefusalTests.refusedSyntax"),
    AttackCase(
      "131", .yaml, "control characters and broken UTF-8", by: "manifest/unsupported, manifest/syntax",
      "ContentAttackTests.hostileYAML"),
    AttackCase("132", .yaml, "tabs for indentation", by: "manifest/syntax", "ContentAttackTests.hostileYAML"),
    AttackCase(
      "133", .yaml, "nesting without end", by: "manifest/syntax",
      "ContentAttackTests.hostileYAML", "LimitTests.hostileTextsEndSoon"),
    AttackCase(
      "135", .yaml, "scalars that YAML's versions type differently", by: "manifest/value, manifest/schema",
      "ContentAttackTests.hostileYAML"),
    AttackCase("136", .yaml, "keys that are no text", by: "manifest/unsupported", "ContentAttackTests.hostileYAML"),
    AttackCase("137", .yaml, "block scalars for names", by: "manifest/value", "ContentAttackTests.hostileYAML"),
    AttackCase("139", .yaml, "JSON in the place of YAML", by: "the same rules", "ContentAttackTests.json"),
    AttackCase(
      "140", .yaml, "readers that differ", by: "every shape that readers differ about is refused",
      "DifferentialTests.mutatedYAMLReadsAsInPython"),
  ]

  /// Trees and paths.
  static let trees: [AttackCase] = [
    AttackCase("141", .trees, "one name twice in a folder", by: "tree/malformed", "ContentAttackTests.malformedTree"),
    AttackCase(
      "143", .trees, "a file and a folder of one name", by: "tree/malformed",
      "ContentAttackTests.governedRoot"),
    AttackCase(
      "144", .trees, "a folder that is not sorted", by: "tree/malformed",
      "ContentAttackTests.malformedTree"),
    AttackCase(
      "145", .trees, "names that a checkout reads otherwise", by: "tree/malformed, manifest/location",
      "ContentAttackTests.malformedTree", "ContentAttackTests.hostileName"),
    AttackCase("147", .trees, "names in two normal forms", by: "manifest/location", "ContentAttackTests.hostileName"),
    AttackCase(
      "148", .trees, "a combining mark at a folder's border", by: "manifest/location",
      "ContentAttackTests.hostileName"),
    AttackCase("149", .trees, "names that are not UTF-8", by: "manifest/location", "ContentAttackTests.hostileName"),
    AttackCase(
      "151", .trees, "a link in the place of a manifest", by: "manifest/location",
      "ManifestRefusalTests.refusedLocation"),
    AttackCase(
      "152", .trees, "a submodule in the place of a manifest", by: "manifest/location",
      "ContentAttackTests.submodules", "ManifestRefusalTests.refusedLocation"),
    AttackCase(
      "153", .trees, "a governed root that is no folder", by: "manifest/location",
      "ContentAttackTests.governedRoot"),
    AttackCase(
      "155", .trees, "extensions that the gate does not read", by: "manifest/location",
      "ManifestRefusalTests.refusedLocation", "ContentAttackTests.hostileName"),
    AttackCase(
      "156", .trees, "a manifest too deep", by: "manifest/location",
      "ManifestRefusalTests.refusedLocation", "ContentAttackTests.deepTree"),
    AttackCase(
      "157", .trees, "names that differ from the path", by: "manifest/location",
      "ManifestRefusalTests.refusedLocation"),
    AttackCase(
      "159", .trees, "two deployments on one endpoint", by: "manifest/endpoint",
      "ManifestRefusalTests.refusedRouting"),
    AttackCase(
      "160", .trees, "routes to what is not there, and weights that are not 100",
      by: "routing/version, routing/weights",
      "ManifestRefusalTests.refusedRouting"),
    AttackCase(
      "161", .trees, "attributes and filters", by: "blobs decide",
      "ContentAttackTests.attributes", "CheckOutTests.attributes"),
    AttackCase(
      "163", .trees, "submodules below governed roots", by: "manifest/location, model/invalid",
      "ContentAttackTests.submodules"),
    AttackCase(
      "164", .trees, "trees of very many paths", by: "host/limit",
      "ContentAttackTests.treeBomb", "RegressionTests.treeBomb"),
    AttackCase(
      "165", .trees, "very many entries in one folder", by: "host/limit",
      "RegressionTests.strayFiles", "ResourceTests.wide"),
  ]
}
