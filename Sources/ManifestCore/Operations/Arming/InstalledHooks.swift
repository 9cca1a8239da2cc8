private import Glibc

/// The hooks as `install.sh` put them below the prefix in which this program lies.
enum InstalledHooks {
  /// The path of a hook; nil where this program was not installed.
  static func path(_ name: String) -> String? {
    guard let program = SafeFiles.canonical("/proc/self/exe"),
      program.utf8.reversed().starts(with: "/bin/mlops-hook".utf8.reversed())
    else { return nil }
    let path =
      String(decoding: program.utf8.dropLast("/bin/mlops-hook".utf8.count), as: UTF8.self)
      + "/libexec/mlops-hook/" + name
    return access(path, R_OK) == 0 ? path : nil
  }

  /// Whether a file holds these bytes.
  static func isSame(_ content: UnsafeRawBufferPointer, _ path: String) -> Bool {
    withContent(path) { other in
      guard content.count == other.count else { return false }
      guard let one = content.baseAddress, let two = other.baseAddress else { return true }
      return memcmp(one, two, content.count) == 0
    } ?? false
  }

  /// Looks at the bytes of a regular file where they lie; nil where it cannot be read.
  static func withContent<Result>(_ path: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let size = Int(status.st_size)
    guard size > 0 else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0), start != MAP_FAILED else {
      return nil
    }
    defer { munmap(start, size) }
    return body(UnsafeRawBufferPointer(start: start, count: size))
  }
}
