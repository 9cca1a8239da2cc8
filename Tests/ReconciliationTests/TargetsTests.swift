import Foundation
import Testing

@testable import ManifestCore

/// Files of kind ReconcileTargets.
@Suite("Targets") struct TargetsTests {
  private func read(_ body: String) throws -> Targets {
    let head = "apiVersion: mlops/v1\nkind: ReconcileTargets\nmetadata: {name: edge}\nspec:\n  environments:\n"
    return try TargetsReader.read(Array((head + body).utf8), "targets.yaml")
  }

  @Test("every key is read") func whole() throws {
    let targets = try read(
      """
          production:
            endpoints:
              - {name: disk, adapter: directory, path: /srv, keep: 3, reload: [/bin/true], health: {url: "http://127.0.0.1:1/x"}, ready_seconds: 9}
              - {name: server, adapter: open-inference, url: "http://127.0.0.1:8080", server: mlserver, path: /srv/m, deployments: ["a-*"]}
              - {name: edge, adapter: nginx, config: /etc/nginx/x.conf, listen: "127.0.0.1:9000", url: "http://127.0.0.1:8080"}
              - {name: other, adapter: command, command: [/bin/x, go], lease: /srv/lease}
            drift: {prometheus: "http://127.0.0.1:9090", query: 'max(d{v="{version}"})'}
            registry: {files: [model.onnx], s3_command: [/usr/bin/aws, "{uri}", "{directory}"], ca_file: /ca.pem, max_bytes: 7}

      """)
    let production = try #require(targets.environments.first)
    #expect(production.endpoints.map(\.name) == ["disk", "server", "edge", "other"])
    #expect(production.endpoints[0].keep == 3 && production.endpoints[0].health == .url("http://127.0.0.1:1/x"))
    #expect(production.endpoints.allSatisfy { $0.environment == "production" })
    #expect(production.endpoints[3].lease == "/srv/lease")
    #expect(production.endpoints[1].keep == 0 && production.endpoints[1].deployments == ["a-*"])
    #expect(production.drift?.query == "max(d{v=\"{version}\"})" && production.registry.files == ["model.onnx"])
    #expect(production.registry.caFile == "/ca.pem" && production.registry.maxBytes == 7)
  }

  @Test(
    "what cannot be meant is told at its place, with what to do",
    arguments: [
      ("    production:\n      endpoint: []\n", "unknown field", "did you mean `endpoints`?"),
      ("    production:\n      endpoints: []\n", "is empty", "name at least one"),
      ("    production:\n      endpoints: [{name: a, adapter: directory}]\n", "path` is missing", "add `path:`"),
      (
        "    production:\n      endpoints: [{name: a, adapter: directory, path: srv}]\n", "is not an absolute path",
        "begin it with `/`"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: command, command: [run]}]\n",
        "does not begin with an absolute path", "no shell reads it"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: directory, path: /a}, {name: a, adapter: directory, path: /b}]\n",
        "a second endpoint of the name `a`", "a name of its own"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: directory, path: /a, url: x}]\n", "unknown field",
        "the fields here are"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: directory, path: /a}]\n      registry: {max_bytes: 0}\n",
        "max_bytes` is 0, not between 1 and", "write a number between"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: directory, path: /a, health: {url: 'localhost/x'}}]\n",
        "does not begin with `http://`", "whole address"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: directory, path: /a, health: {url: 'http://a', command: [/bin/true]}}]\n",
        "an address and a command", "keep one"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: directory, path: /a}, {name: b, adapter: directory, path: /a/}]\n",
        "`b` and `a` have the same place", "a place of its own"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: nginx, config: /a, listen: '8080', url: 'http://h'}]\n",
        "listen`: `8080` names no port", "write it as"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: nginx, config: /a, listen: 'h:x', url: 'http://h:99999'}]\n",
        "names no port of 1…65535", "write it as"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: open-inference, path: /a, server: mlserver, url: 'http://ml.example.com'}]\n",
        "is `http` to another machine", "`allow_insecure: true`"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: directory, path: /a}]\n      drift: {prometheus: 'p:9090', query: 'max(x{v=\"{versoin}\"})'}\n",
        "nothing is filled in for `{versoin}`", "did you mean `{version}`?"
      ),
      (
        "    production:\n      endpoints: [{name: a, adapter: directory, path: /a}]\n      drift: {prometheus: 'p:9090', query: x}\n",
        "does not begin with `http://`", "whole address"
      ),
      ("    Prod!:\n      endpoints: [{name: a, adapter: directory, path: /a}]\n", "`Prod!`", ""),
    ])
  func refused(_ body: String, _ words: String, _ fix: String) throws {
    let invalid = #expect(throws: TargetsReader.Invalid.self) { _ = try read(body) }
    let problems = invalid?.problems ?? []
    #expect(problems.contains { $0.text.contains(words) && $0.text.hasPrefix("targets.yaml:") }, "\(problems)")
    #expect(fix.isEmpty || problems.contains { $0.fix?.contains(fix) == true }, "\(problems)")
  }

  @Test("a program that is not there is told when the file is read from the disk") func programs() throws {
    let path = NSTemporaryDirectory() + "targets-\(UUID().uuidString).yaml"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let head = "apiVersion: mlops/v1\nkind: ReconcileTargets\nmetadata: {name: edge}\nspec:\n  environments:\n"
    let body =
      "    production:\n      endpoints: [{name: a, adapter: directory, path: /a, reload: [/bin/nothing-like-it]}]\n"
    try (head + body).write(toFile: path, atomically: false, encoding: .utf8)
    let invalid = #expect(throws: TargetsReader.Invalid.self) { try TargetsReader.read(path) }
    #expect(
      invalid?.problems.first?.text.contains("a: reload: `/bin/nothing-like-it` is no program") == true,
      "\(invalid?.problems ?? [])")
  }

  @Test("a file that is not there or of another kind says so") func other() {
    let missing = #expect(throws: TargetsReader.Invalid.self) { _ = try TargetsReader.read("/nowhere/targets.yaml") }
    #expect(missing?.problems.first?.text == "there is no `/nowhere/targets.yaml`")
    let empty = #expect(throws: TargetsReader.Invalid.self) { _ = try TargetsReader.read([], "t.yaml") }
    #expect(empty?.problems.isEmpty == false)
  }
}
