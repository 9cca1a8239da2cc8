import Foundation
import Testing

/// Files out of an `https://` registry, whatever it does.
@Suite("Reconciler: downloads") struct ReconcilerDownloadTests {
  static let weights = "weights of v1.0.0, out of a registry\n"

  /// A registry's way to fail.
  struct Fault: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// The first part of the path: what the receiver does.
    var path = "files"
    /// Whom its certificate is for.
    var certificate = "IP:127.0.0.1"
    /// The file that was evaluated; nil: the evidence lists none.
    var evaluated: String? = ReconcilerDownloadTests.weights
    /// The authority's file; nil: the right one.
    var authority: String?
    /// What is said, and what to do.
    var words: [String]
  }

  /// One pass with a version in the registry.
  private func once(_ fault: Fault) throws -> (ReconcilerScene, Output) {
    let server = try GitSandbox(hooks: [])
    let receiver = try Receiver(server, certificateFor: fault.certificate)
    defer { withExtendedLifetime(receiver) {} }
    try server.write("receiver/files/segmentation/v1.0.0/model.onnx", Self.weights)
    let authority = fault.authority ?? "ca_file: \(receiver.folder)/certificate.pem, "
    let deployment = Deployment(registry: "https://127.0.0.1:\(receiver.port)/\(fault.path)/")
    var files: [String: String?] = [deployment.path: deployment.yaml]
    if let evaluated = fault.evaluated {
      files.merge(ReconcilerScene.kept("v1.0.0", evaluated, try server.digest(evaluated))) { $1 }
    }
    let place = try ReconcilerScene(
      files: files, registry: "{files: [model.onnx], \(authority)max_bytes: 1000000}")
    return (place, try place.reconciler("once"))
  }

  @Test("a file is placed from a server that `ca_file` vouches for, whether its digest is known or not")
  func placed() throws {
    for evaluated in [Self.weights, nil] {
      let (place, once) = try once(Fault(testDescription: "", evaluated: evaluated, words: []))
      #expect(once.status == 0, "\(once.out)\(once.err)")
      let text = try String(contentsOfFile: place.served + "/segmentation/current/model.onnx", encoding: .utf8)
      #expect(text == Self.weights)
    }
  }

  static let faults = [
    Fault(
      testDescription: "has another file", evaluated: "weights of v1.0.0, as they were evaluated\n",
      words: ["`model.onnx` of `v1.0.0` has the digest", "and its evidence says", "what was evaluated is another one"]),
    Fault(
      testDescription: "has a certificate that nobody vouches for", authority: "",
      words: ["is not trusted", "name its authority by `registry.ca_file`"]),
    Fault(
      testDescription: "has a certificate for another host", certificate: "DNS:elsewhere.example.com",
      words: ["is not trusted"]),
    Fault(
      testDescription: "is vouched for by a file that is not there", authority: "ca_file: /nowhere.pem, ",
      words: ["the certificates of `/nowhere.pem` cannot be read", "name a PEM file"]),
    Fault(
      testDescription: "never ends", path: "stream",
      words: ["it does not end, and was cut off: at most 37 bytes are taken", "its evidence says how large it is"]),
    Fault(
      testDescription: "never ends, and whose file nobody knows", path: "stream", evaluated: nil,
      words: ["it does not end, and was cut off: at most 1000000 bytes are taken", "`registry.max_bytes`"]),
    Fault(
      testDescription: "promises 10 GiB", path: "endless",
      words: ["it has 10737418240 bytes: at most 37 bytes are taken"]),
    Fault(
      testDescription: "sends more than it promised", path: "longer", evaluated: String(repeating: "x", count: 20),
      words: ["`model.onnx` of `v1.0.0` has the digest", "and its evidence says"]),
    Fault(
      testDescription: "ends too early", path: "shorter", evaluated: nil,
      words: ["the connection ended after 10 of 100 bytes"]),
    Fault(testDescription: "redirects to a private address", path: "redirect", words: ["it answered with 302"]),
    Fault(testDescription: "lost the file", path: "status/404", words: ["it answered with 404"]),
    Fault(testDescription: "closes at once", path: "close", words: ["closed the connection without an answer"]),
    Fault(testDescription: "speaks another protocol", path: "garbage", words: ["not HTTP"]),
  ]

  @Test("a registry that", arguments: faults) func misbehaves(_ fault: Fault) throws {
    let (place, once) = try once(fault)
    expectNotDone(once)
    for word in fault.words { #expect(once.err.contains(word), "\(once.err)") }
    #expect(place.current == nil && place.names("segmentation/versions").isEmpty, "\(once.err)")
  }
}
