/// OpenSSH's `ssh-keygen`, which knows every kind of key.
struct OpenSSH: Sendable {
  /// Where systems have it.
  static let usualProgram = "/usr/bin/ssh-keygen"
  /// How long one signature may take, in seconds.
  private static let seconds: UInt32 = 10

  /// The program, by an absolute path: what a `PATH` leads to, a pusher may have a hand in.
  let program: String

  /// Why a signature could not be looked at.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Verifies a signature by the key that it names, in a clean environment and without a file.
  ///
  /// Who may sign, when and in which namespace is our own business: OpenSSH only does the arithmetic. Throws where it
  /// could not be run; that refuses the push.
  var verify: SignatureVerifier {
    { signature, message in
      let child = ChildProgram(
        command: [
          program, "-Y", "check-novalidate", "-n", String(decoding: signature.namespace, as: UTF8.self), "-s",
          "/dev/fd/3",
        ], environment: ["LC_ALL": bytes("C")], seconds: Self.seconds, attachment: signature.armored)
      let result: ChildProgram.Result
      do throws(ChildProgram.Failure) {
        result = try child.run(message)
      } catch {
        throw Failure(description: "signatures cannot be verified: \(error.message)")
      }
      if result.isSuccess { return .good }
      let said = result.errors + result.output
      if said.contains(bytes("unknown or unsupported key type")) { return .unsupported }
      // Its own words for "no": anything else means that it could not look.
      guard result.status == 255, said.contains(bytes("Could not verify signature")),
        !said.contains(bytes("Couldn't read signature file"))
      else {
        throw Failure(description: "signatures cannot be verified: \(Text.cut(program)): \(result.complaint)")
      }
      return .bad
    }
  }
}

extension [UInt8] {
  /// Whether some bytes stand in these.
  func contains(_ wanted: [UInt8]) -> Bool {
    guard let first = wanted.first, count >= wanted.count else { return wanted.isEmpty }
    return (0...(count - wanted.count)).contains { self[$0] == first && self[$0...].starts(with: wanted) }
  }
}
