private import Glibc

/// The hooks as `install.sh` put them below the prefix in which this program lies.
enum InstalledHooks {
  /// Bytes of a file that stay where they are until the program ends.
  private struct Mapped: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
  }

  /// Each hook that is installed, mapped once: all repositories of a host are compared with them.
  private static let all: [String: Mapped] = {
    let suffix = "/bin/mlops-hook".utf8
    guard let program = SafeFiles.canonical("/proc/self/exe"), program.utf8.reversed().starts(with: suffix.reversed())
    else { return [:] }
    let prefix = String(decoding: program.utf8.dropLast(suffix.count), as: UTF8.self)
    var all: [String: Mapped] = [:]
    for name in ["pre-receive", "update", "post-receive", "reference-transaction"] {
      if let bytes = map("\(prefix)/libexec/mlops-hook/\(name)") { all[name] = Mapped(bytes: bytes) }
    }
    return all
  }()

  /// Whether a hook is installed beside this program.
  static func has(_ name: String) -> Bool { all[name] != nil }

  /// Whether some bytes are those of a hook that is installed.
  static func isSame(_ content: UnsafeRawBufferPointer, _ name: String) -> Bool {
    guard let installed = all[name]?.bytes, installed.count == content.count, let one = content.baseAddress,
      let two = installed.baseAddress
    else { return false }
    return memcmp(one, two, content.count) == 0
  }

  /// Looks at the bytes of a regular file where they lie; nil where it cannot be read.
  static func withContent<Result>(_ path: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    guard let bytes = map(path) else { return nil }
    defer { if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) } }
    return body(bytes)
  }

  private static func map(_ path: String) -> UnsafeRawBufferPointer? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let size = Int(status.st_size)
    guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0), start != MAP_FAILED else {
      return nil
    }
    return UnsafeRawBufferPointer(start: start, count: size)
  }
}
