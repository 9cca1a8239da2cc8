import Foundation
import Testing

@testable import ManifestCore

/// Signatures made by `ssh-keygen`, good and bad, for each kind of key.
@Suite struct SSHSignatureTests {
  private static let message = Array("mlops approval v1\nref: refs/heads/main\n".utf8)
  private let verify = OpenSSH(program: OpenSSH.usualProgram).verify

  /// A kind of key as `ssh-keygen -t` and `-b` name it.
  struct Kind: Sendable, CustomTestStringConvertible {
    var name: String
    var bits: String?
    var expected: String

    var testDescription: String { name + (bits.map { " \($0)" } ?? "") }

    static let all = [
      Kind(name: "ed25519", bits: nil, expected: "ssh-ed25519"),
      Kind(name: "ecdsa", bits: "256", expected: "ecdsa-sha2-nistp256"),
      Kind(name: "ecdsa", bits: "384", expected: "ecdsa-sha2-nistp384"),
      Kind(name: "ecdsa", bits: "521", expected: "ecdsa-sha2-nistp521"),
      Kind(name: "rsa", bits: "2048", expected: "ssh-rsa"),
      Kind(name: "rsa", bits: "3072", expected: "ssh-rsa"),
    ]
  }

  @Test(arguments: Kind.all) func aSignatureIsGoodForItsMessageAlone(_ kind: Kind) throws {
    let signer = try KeyFolder()
    let line = try signer.make(kind.name, kind.bits)
    let signature = try signer.sign(Self.message, namespace: ApprovalStatement.namespace)
    let key = try #require(SSHPublicKey(line: Array(line.utf8)))
    #expect(key == signature.key && key.kind == kind.expected && key.isSupported && signature.unsupported == nil)
    #expect(signature.namespace == Array(ApprovalStatement.namespace.utf8))
    #expect(try verify(signature, Self.message) == .good)
    #expect(try verify(signature, Self.message + [10]) == .bad)
    #expect(try verify(signature, []) == .bad)
    #expect(try signer.fingerprint() == key.fingerprint)
  }

  @Test(arguments: Kind.all) func aChangedSignatureIsNeverGood(_ kind: Kind) throws {
    let signer = try KeyFolder()
    _ = try signer.make(kind.name, kind.bits)
    let signature = try signer.sign(Self.message, namespace: ApprovalStatement.namespace)
    var tried = 0
    for position in stride(from: 6, to: signature.blob.count, by: 7) {
      var blob = signature.blob
      blob[position] ^= 0x10
      guard let changed = try? SSHSignature(blob: blob), changed.unsupported == nil else { continue }
      // The reserved field and the hash are signed too.
      #expect(try verify(changed, Self.message) != .good, "byte \(position)")
      tried += 1
    }
    #expect(tried > 5)
  }

  @Test(arguments: SecurityKeyVector.all) func keysOfHardwareAreVerified(_ vector: SecurityKeyVector) throws {
    let signature = try #require(SSHSignature(armored: Array(vector.signature.utf8)))
    let key = try #require(SSHPublicKey(line: Array(vector.publicKey.utf8)))
    #expect(key == signature.key && key.isSupported && signature.unsupported == nil)
    #expect(try verify(signature, Array(SecurityKeyVector.message.utf8)) == .good)
    #expect(try verify(signature, Self.message) == .bad)
    var blob = signature.blob
    blob[blob.count - 6] ^= 1
    let changed = try #require(try? SSHSignature(blob: blob))
    #expect(try verify(changed, Array(SecurityKeyVector.message.utf8)) != .good)
  }

  @Test func anotherNamespaceIsSeenWithoutAsking() throws {
    let signer = try KeyFolder()
    _ = try signer.make("ed25519", nil)
    let signature = try signer.sign(Self.message, namespace: "git")
    #expect(signature.namespace == Array("git".utf8))
    #expect(try verify(signature, Self.message) == .good, "OpenSSH is asked in the namespace that stands there")
  }

  @Test func everythingElseIsMalformedAndNothingTraps() throws {
    let signer = try KeyFolder()
    _ = try signer.make("ed25519", nil)
    let signature = try signer.sign(Self.message, namespace: ApprovalStatement.namespace)
    for length in 0..<signature.blob.count {
      #expect(throws: SSHSignature.Problem.malformed) { try SSHSignature(blob: Array(signature.blob.prefix(length))) }
    }
    #expect(throws: SSHSignature.Problem.malformed) { try SSHSignature(blob: signature.blob + [0]) }
    var later = signature.blob
    later[9] = 2
    #expect(throws: SSHSignature.Problem.version(2)) { try SSHSignature(blob: later) }
    let text = Array(signature.base64.utf8)
    #expect(try SSHSignature(base64: text) == signature)
    for odd in [text + [10], [0x20] + text, Array(text.dropLast()), text.map { $0 | 0x20 }, [], Array("====".utf8)] {
      #expect(throws: SSHSignature.Problem.self) { try SSHSignature(base64: odd) }
    }
    #expect(throws: SSHSignature.Problem.malformed) {
      try SSHSignature(base64: [UInt8](repeating: UInt8(ascii: "A"), count: 1 << 20))
    }
  }

  @Test func anUnknownKindIsUnsupportedAndNotBad() throws {
    func string(_ bytes: [UInt8]) -> [UInt8] {
      withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) } + bytes
    }
    func blob(kind: String, algorithm: String, hash: String = "sha512") -> [UInt8] {
      let key = string(Array(kind.utf8)) + string([1, 2, 3])
      return Array("SSHSIG".utf8) + [0, 0, 0, 1] + string(key) + string(Array("mlops-approval".utf8)) + string([])
        + string(Array(hash.utf8)) + string(string(Array(algorithm.utf8)) + string([9, 9]))
    }
    for kind in ["ssh-dss", "id_mldsa44_ed25519", "ssh-ed25519-cert-v01@openssh.com"] {
      let signature = try SSHSignature(blob: blob(kind: kind, algorithm: kind))
      #expect(signature.unsupported?.contains(kind) == true)
    }
    #expect(try SSHSignature(blob: blob(kind: "ssh-rsa", algorithm: "ssh-rsa")).unsupported != nil, "SHA-1 is broken")
    #expect(try SSHSignature(blob: blob(kind: "ssh-rsa", algorithm: "rsa-sha2-512")).unsupported == nil)
    #expect(try SSHSignature(blob: blob(kind: "ssh-ed25519", algorithm: "ssh-ed25519", hash: "md5")).unsupported != nil)
  }

  @Test func aProgramThatIsNotThereIsNoVerdict() throws {
    let signer = try KeyFolder()
    _ = try signer.make("ed25519", nil)
    let signature = try signer.sign(Self.message, namespace: ApprovalStatement.namespace)
    for program in ["/nowhere/ssh-keygen", "/bin/false", "/bin/true/x"] {
      #expect(throws: OpenSSH.Failure.self) { try OpenSSH(program: program).verify(signature, Self.message) }
    }
  }

  @Test func keysAreReadAsTheyAreWritten() throws {
    let signer = try KeyFolder()
    let line = try signer.make("ed25519", nil)
    let words = line.split(separator: " ").map(String.init)
    let key = try #require(SSHPublicKey(line: Array(line.utf8)))
    #expect(SSHPublicKey(line: Array("\(words[0])\t\(words[1])".utf8)) == key)
    for odd in [
      "", words[0], "ssh-rsa \(words[1])", "\(words[0]) \(words[1].dropLast(2))", "* \(line)", "\(words[1]) x",
    ] {
      #expect(SSHPublicKey(line: Array(odd.utf8)) == nil, "\(odd)")
    }
  }
}

/// A folder with one key, and `ssh-keygen` to sign with it.
final class KeyFolder {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "/key-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Makes the key; gives the line of its public part.
  func make(_ kind: String, _ bits: String?) throws -> String {
    _ = try run(["-q", "-t", kind, "-N", "", "-C", "test", "-f", folder + "/key"] + (bits.map { ["-b", $0] } ?? []))
    return try String(contentsOfFile: folder + "/key.pub", encoding: .utf8).trimmingCharacters(in: .newlines)
  }

  /// Signs a message.
  func sign(_ message: [UInt8], namespace: String) throws -> SSHSignature {
    let path = folder + "/message"
    try Data(message).write(to: URL(fileURLWithPath: path))
    try? FileManager.default.removeItem(atPath: path + ".sig")
    _ = try run(["-q", "-Y", "sign", "-f", folder + "/key", "-n", namespace, path])
    let armored = try Data(contentsOf: URL(fileURLWithPath: path + ".sig"))
    let signature = try #require(SSHSignature(armored: Array(armored)))
    // What we write is what OpenSSH writes.
    #expect(signature.armored == Array(armored))
    return signature
  }

  /// The fingerprint by OpenSSH's own word.
  func fingerprint() throws -> String {
    let words = try run(["-l", "-f", folder + "/key.pub"]).split(separator: " ")
    return words.count > 1 ? String(words[1]) : ""
  }

  private func run(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: OpenSSH.usualProgram)
    process.arguments = arguments
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "ssh-keygen \(arguments.joined(separator: " "))")
    return text
  }
}
