private import Glibc

/// The files of the audit log: the one that is written, and those that were put aside when they were full.
///
/// Each line carries the SHA-256 of the line before it, over the files too. An append reads the end of the file alone,
/// so that it costs the same however long the log is.
struct AuditFiles {
  static let currentName = "audit.jsonl"
  static let lockName = "audit.lock"
  /// What the first line of all has for the line before it.
  static let nothing = String(repeating: "0", count: 2 * SHA256.size)
  /// The size in bytes from which on a file is put aside, where nothing is configured.
  static let usualLimit = 64 << 20
  /// The longest that the lock is waited for, in milliseconds.
  private static let patience = 10_000

  /// The folder that holds them, `mlops` of the git directory.
  let folder: String
  /// The size in bytes from which on a file is put aside.
  var limit = usualLimit
  /// Whether a record is on the disk before anybody goes on.
  var isDurable = true

  /// One file of the log.
  struct File {
    /// Its place in the log, from 1 on; nil for the one that is written.
    var number: Int?
    var name: String
  }

  private var current: String { folder + "/" + Self.currentName }

  /// The files that are there, the oldest first.
  func all() -> [File] {
    let names = SafeFiles.names(in: folder)
    var files = names.compactMap { name in Self.number(name).map { File(number: $0, name: name) } }
    files.sort { ($0.number ?? 0) < ($1.number ?? 0) }
    return names.contains(Self.currentName) ? files + [File(number: nil, name: Self.currentName)] : files
  }

  /// The place of a file that was put aside, as its name `audit.000001.jsonl` says.
  static func number(_ name: String) -> Int? {
    let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].elementsEqual("audit".utf8), parts[2].elementsEqual("jsonl".utf8),
      (6...12).contains(parts[1].count), parts[1].allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(String(decoding: parts[1], as: UTF8.self))
  }

  private static func name(_ number: Int) -> String {
    let digits = String(number)
    return "audit." + String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits + ".jsonl"
  }

  // MARK: Appending

  /// Appends records, all or none; what they say stands behind the keys that make the chain.
  func append(_ records: [[(String, JSONValue)]], time: Int64) throws {
    let descriptor = try locked { try write(records, time) }
    defer { close(descriptor) }
    // Outside of the lock, so that hooks that end at the same time wait for the disk together.
    guard !isDurable || fdatasync(descriptor) == 0 else {
      throw SafeFiles.WriteError(message: "`\(current)`: \(SafeFiles.lastError)")
    }
  }

  private func locked(_ body: () throws -> Int32) throws -> Int32 {
    let path = folder + "/" + Self.lockName
    let asked = SafeFiles.lock(path, patience: Self.patience)
    if case .failed(let words) = asked { throw SafeFiles.WriteError(message: words) }
    guard case .held(let lock) = asked else {
      throw SafeFiles.WriteError(message: "`\(path)` has been locked by another process for 10 seconds")
    }
    defer { SafeFiles.unlock(lock) }
    return try body()
  }

  private func write(_ records: [[(String, JSONValue)]], _ time: Int64) throws -> Int32 {
    var descriptor = try Self.open(current, O_RDWR | O_APPEND | O_CREAT)
    do {
      var end = try Self.end(of: descriptor)
      if end.size >= limit {
        try putAside(descriptor)
        close(descriptor)
        descriptor = -1
        descriptor = try Self.open(current, O_RDWR | O_APPEND | O_CREAT | O_EXCL)
        end = End()
      }
      let isNew = end.size == 0
      var number: Int?
      if isNew {
        let last = all().last { $0.number != nil }
        number = (last?.number ?? 0) + 1
        if let last { end = try Self.end(of: folder + "/" + last.name) }
      }
      var previous = end.digest ?? Self.nothing
      var text = end.isTorn && !isNew ? "\n" : ""
      func add(_ pairs: [(String, JSONValue)]) throws {
        let place: [(String, JSONValue)] = number.map { [("file", .number($0))] } ?? []
        number = nil
        let line = JSONValue.object([("previous", .string(previous))] + place + pairs).text
        guard let digest = SHA256.hex(Array(line.utf8)) else {
          throw SafeFiles.WriteError(message: "no memory for a digest")
        }
        text += line + "\n"
        previous = digest
      }
      if end.isTorn { try add(AuditLog.repair(of: end.length, time: time)) }
      for record in records { try add(record) }
      try Self.write(Array(text.utf8), to: descriptor, size: isNew ? 0 : end.size, current)
      if isNew, isDurable { try SafeFiles.syncFolder(folder) }
    } catch {
      if descriptor >= 0 { close(descriptor) }
      throw error
    }
    return descriptor
  }

  /// Gives a full file its place in the log.
  private func putAside(_ descriptor: Int32) throws {
    let last = all().last { $0.number != nil }?.number ?? 0
    let name = Self.name(max(last + 1, Self.claimedNumber(descriptor) ?? 1))
    guard fdatasync(descriptor) == 0 || !isDurable, rename(current, folder + "/" + name) == 0 else {
      throw SafeFiles.WriteError(message: "`\(folder)/\(name)`: \(SafeFiles.lastError)")
    }
  }

  /// The place in the log that a file's first line claims.
  private static func claimedNumber(_ descriptor: Int32) -> Int? {
    var head = [UInt8](repeating: 0, count: 256)
    let count = pread(descriptor, &head, head.count, 0)
    guard count > 0 else { return nil }
    let line = head[..<count].prefix { $0 != 10 }
    let key = Array("\"file\": ".utf8)
    guard let start = line.indices.first(where: { line[$0...].starts(with: key) }) else { return nil }
    let digits = line[(start + key.count)...].prefix { (0x30...0x39).contains($0) }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  /// Writes all or nothing: what could not be written whole is taken back.
  private static func write(_ bytes: [UInt8], to descriptor: Int32, size: Int, _ path: String) throws {
    var written = 0
    repeat { written = Glibc.write(descriptor, bytes, bytes.count) } while written < 0 && errno == EINTR
    guard written != bytes.count else { return }
    let reason = written < 0 ? SafeFiles.lastError : "only \(written) of \(bytes.count) bytes were written"
    // Should this fail too, the next record ends the torn line, and says so.
    if written > 0 { _ = ftruncate(descriptor, off_t(size)) }
    throw SafeFiles.WriteError(message: "`\(path)`: \(reason)")
  }

  private static func open(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = Glibc.open(path, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw SafeFiles.WriteError(message: "`\(path)`: \(SafeFiles.lastError)") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw SafeFiles.WriteError(message: "`\(path)` is no regular file")
    }
    return descriptor
  }

  // MARK: The end of a file

  /// What stands at the end of a file.
  private struct End {
    var size = 0
    /// The digest of the last line; nil where there is none.
    var digest: String?
    /// Whether the last line has no end: it was cut off by a crash.
    var isTorn = false
    /// The length of the last line.
    var length = 0
  }

  private static func end(of path: String) throws -> End {
    let descriptor = try open(path, O_RDONLY)
    defer { close(descriptor) }
    return try end(of: descriptor)
  }

  private static func end(of descriptor: Int32) throws -> End {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size > 0 else { return End() }
    var wanted = 16 << 10
    while true {
      let start = max(0, size - wanted)
      let bytes = try read(descriptor, from: start, to: size)
      let isTorn = bytes.last != 10
      let body = isTorn ? bytes[...] : bytes.dropLast()
      let before = body.lastIndex(of: 10)
      if before != nil || start == 0 {
        let line = body[(before.map { $0 + 1 } ?? body.startIndex)...]
        guard let digest = SHA256.hex(Array(line)) else {
          throw SafeFiles.WriteError(message: "no memory for a digest")
        }
        return End(size: size, digest: digest, isTorn: isTorn, length: line.count)
      }
      wanted *= 4
    }
  }

  private static func read(_ descriptor: Int32, from start: Int, to end: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: end - start)
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress?.advanced(by: filled), $0.count - filled, off_t(start + filled))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SafeFiles.WriteError(message: "the audit log: \(SafeFiles.lastError)") }
      filled += count
    }
    return bytes
  }
}

extension AuditFiles {
  /// The whole lines at the end of the log, the newest first, until about so many bytes were read.
  func lastLines(_ maximum: Int) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var left = maximum
    for file in all().reversed() where left > 0 {
      let bytes = SafeFiles.tail(folder + "/" + file.name, maximum: left)
      var found = bytes.split(separator: 10)
      // What was cut off at the beginning is no line.
      if bytes.count == left, !found.isEmpty { found.removeFirst() }
      lines += found.reversed()
      left -= bytes.count
    }
    return lines
  }
}
