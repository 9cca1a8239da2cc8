internal import NIOCore
internal import Synchronization

/// The connections that are open, within a limit.
///
/// Where there is no room, the one that has been on its way to a whole request for longest makes it: whoever has nothing to
/// say cannot keep those out who have.
final class OpenConnections: Sendable {
  private struct Entry {
    var channel: any Channel
    var isWhole = false
  }

  private struct Content {
    var entries: [Int: Entry] = [:]
    var last = 0
  }

  private let limit: Int
  private let content = Mutex(Content())

  init(limit: Int) { self.limit = limit }

  /// Counts one more, and gives its ticket; nil where all others are being answered.
  func enter(_ channel: any Channel) -> Int? {
    let (ticket, loser) = content.withLock { content -> (Int?, (any Channel)?) in
      var loser: (any Channel)?
      if content.entries.count >= limit {
        guard let oldest = content.entries.filter({ !$0.value.isWhole }).keys.min() else { return (nil, nil) }
        loser = content.entries.removeValue(forKey: oldest)?.channel
      }
      content.last += 1
      content.entries[content.last] = Entry(channel: channel)
      return (content.last, loser)
    }
    loser?.close(promise: nil)
    return ticket
  }

  /// Notes that a whole request is there.
  func isWhole(_ ticket: Int) { content.withLock { $0.entries[ticket]?.isWhole = true } }

  /// Counts one less.
  func leave(_ ticket: Int) { content.withLock { $0.entries[ticket] = nil } }
}
