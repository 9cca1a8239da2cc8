import Testing

extension AttackCase {
  private static let promoted = Deployment(version: "v1.1.0")
  private static let next = Deployment(version: "v2.0.0")

  private static func file(_ id: String, _ title: String, _ path: String, mode: String = "100644") -> AttackCase {
    AttackCase(
      id, .trees, title, by: "manifest/location",
      AttackChange([path: promoted.yaml], modes: mode == "100644" ? [:] : [path: mode]))
  }

  /// A case of entries of `deployments/production` that git's own commands would not write.
  private static func entries(
    _ id: String, _ title: String, by defences: String = "manifest/location, tree/malformed",
    _ make: @escaping @Sendable (String) -> [HostileObjects.Entry]
  ) -> AttackCase {
    AttackCase(id, .trees, title, by: defences) {
      let push = AttackPush(try Scene())
      let blob = try HostileObjects(push.scene.clone).blob(promoted.yaml)
      expectRefused(
        try push.folder(["deployments", "production"], make(blob)), byOneOf: ["manifest/location", "tree/malformed"])
    }
  }

  /// Cases of trees that the catalogue did not list.
  static let newTrees: [AttackCase] = [
    entries("N88", "a mode that git once wrote") { [.init("100664", "segmentation.yaml", $0)] },
    entries("N89", "overlong bytes in a name") { [.init("100644", bytes: [0xc0, 0xaf] + Array("x.yaml".utf8), $0)] },
    entries("N93", "names that one file system's streams and devices take for others") { blob in
      [.init("100644", "con.yaml.", blob), .init("100644", "segmentation.yaml:x", blob)]
    },
    entries("N94", "a name with a backslash") { [.init("100644", "..\\x.yaml", $0)] },
    entries("N95", "names that differ by an invisible letter") {
      [.init("100644", "segmen\u{200b}tation.yaml", $0), .init("100644", "segmentation.yaml", $0)]
    },
    file("N96", "an environment by another case", "deployments/Production/segmentation.yaml"),
    file("N97", "a manifest below a note's name", "deployments/production/README.md/x.yaml"),
    file("N98", "a link by the name of a note", "deployments/production/.gitattributes", mode: "120000"),
    file("N99", "submodules' own file in an environment", "deployments/production/.gitmodules"),
    file("N100", "an environment that is a link to another", "deployments/qa", mode: "120000"),
    file("N101", "a manifest of a name that begins with a point", "deployments/production/.yaml"),
    file("N102", "a manifest of two extensions", "deployments/production/segmentation.yaml.yaml"),
    AttackCase(
      "N103", .trees, "a version folder that is a link to another",
      by: "model/missing, model/invalid, manifest/location",
      AttackChange(
        ["models/segmentation/v2.0.0": "v1.1.0", next.path: next.yaml], modes: ["models/segmentation/v2.0.0": "120000"])
    ),
    AttackCase(
      "N104", .trees, "evidence that is a link to another version's",
      by: "model/invalid, manifest/location, model/missing",
      AttackChange(
        [Fixtures.evidencePath("v2.0.0"): "../v1.1.0/metadata.json", next.path: next.yaml],
        modes: [Fixtures.evidencePath("v2.0.0"): "120000"])),
    AttackCase(
      "N105", .trees, "evidence that is a folder", by: "model/invalid, manifest/location, model/missing",
      AttackChange(
        [Fixtures.evidencePath("v2.0.0") + "/x": Fixtures.evidence("v2.0.0"), next.path: next.yaml])),
    AttackCase(
      "N106", .trees, "published evidence that becomes executable",
      by: "model/immutable, model/invalid, manifest/location",
      AttackChange(
        [Fixtures.evidencePath("v1.0.0"): Fixtures.evidence("v1.0.0")],
        modes: [Fixtures.evidencePath("v1.0.0"): "100755"])),
    AttackCase(
      "N107", .trees, "a governed root that is composed otherwise", by: "manifest/location",
      AttackChange(["MODELS/segmentation/v3.0.0/metadata.json": Fixtures.evidence("v3.0.0")])),
  ]
}
