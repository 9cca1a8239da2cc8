import ManifestCore
import Networking

/// The server that requests go on to, in nginx's words.
struct NginxBehind {
  private let origin: String
  private let prefix: String
  private let isSecure: Bool

  /// The server of an endpoint's `url`.
  init(_ endpoint: Targets.Endpoint) throws {
    let text = endpoint.url ?? ""
    let address: WebAddress
    do {
      address = try WebAddress(text, allowsInsecure: true)
    } catch {
      throw TargetFailure("`url` of `\(endpoint.name)`: \(error.message)", fix: error.fix)
    }
    let host = address.host.contains(":") ? "[\(address.host)]" : address.host
    origin = "\(address.isSecure ? "https" : "http")://\(host)" + (address.port.map { ":\($0)" } ?? "")
    isSecure = address.isSecure
    let rest = text.utf8.dropFirst(origin.utf8.count)
    prefix = String(decoding: rest.last == UInt8(ascii: "/") ? rest.dropLast() : rest, as: UTF8.self)
    let isPlain = (host + prefix).utf8.allSatisfy { NginxWord.isAlphanumeric($0) || "/.-_~:[]".utf8.contains($0) }
    guard text.lowercased().utf8.starts(with: origin.lowercased().utf8), isPlain,
      prefix.isEmpty || prefix.utf8.first == UInt8(ascii: "/")
    else {
      throw TargetFailure(
        "`url` of `\(endpoint.name)` holds what nginx could read otherwise",
        fix: "write it as `http://host:port`, with a plain path or none")
    }
  }

  /// The lines that hand a request on.
  ///
  /// With `rewrite` the address that was judged is the one that goes on, not the one that the client wrote.
  private func pass(_ from: String, _ to: String) -> String {
    var text = "    rewrite \"\(from)\" \(prefix)\(to) break;\n    proxy_pass \(origin);\n    proxy_http_version 1.1;\n"
    text += "    proxy_set_header Connection \"\";\n    proxy_read_timeout 300s;\n"
    if isSecure {
      text += "    proxy_ssl_server_name on;\n    proxy_ssl_verify on;\n    proxy_ssl_verify_depth 4;\n"
      text += "    proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;\n"
    }
    return text
  }

  /// Whether the server lives can be asked through nginx too.
  var health: String { "  location /v2/health/ {\n" + pass("(?s)^(/.*)\\z", "$1") + "  }\n" }

  /// The places of one deployment: a request that names no version gets the chosen one, and is told which.
  ///
  /// The rest of the path has a name: to choose a version by a pattern forgets `$1`.
  func places(_ name: String, _ choice: NginxChoice) -> String {
    let base = "/v2/models/\(name)"
    let told = "    proxy_hide_header x-model-version;\n    add_header x-model-version \(choice.version) always;\n"
    let target = "\(base)/versions/\(choice.folder)"
    return "  location = \(base) {\n" + pass("(?s)^.*\\z", target) + told + "  }\n"
      + "  location \(base)/ {\n" + pass("(?s)^\(base)/(?<mlops_rest>.*)\\z", "\(target)/$mlops_rest") + told + "  }\n"
      + "  location \(base)/versions/ {\n" + pass("(?s)^(/.*)\\z", "$1") + "  }\n"
  }
}
