internal import ManifestCore
internal import NIOSSL

/// Which certificates count.
enum Certificates {
  /// TLS that trusts the machine's authorities, and those of a PEM file.
  static func trusting(_ authorities: String?) throws(HTTPFailure) -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    guard let authorities else { return tls }
    do {
      tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(authorities))]
    } catch {
      throw HTTPFailure(
        .configuration, "the certificates of `\(Text.cut(authorities))` cannot be read",
        fix: "name a PEM file that the program can read")
    }
    return tls
  }
}
