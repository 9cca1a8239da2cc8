import Foundation
import Glibc

/// How much a test does: a sample in every run, all of it in `make soak`.
public enum TestSize {
  private static let variables = ProcessInfo.processInfo.environment

  /// Whether everything is to be done, however long it takes: `MLOPS_SOAK=1`.
  public static let isSoak = variables["MLOPS_SOAK"] == "1"

  /// The size of this run.
  ///
  /// - Parameters:
  ///   - sample: the size in every run.
  ///   - soak: the size of `make soak`.
  public static func of(_ sample: Int, soak: Int) -> Int { isSoak ? soak : sample }

  /// Notes what a test did, as a row of the table in `docs/reliability.md`: a line of the file that `MLOPS_FIGURES`
  /// names, else of standard error.
  public static func note(_ what: String, _ figure: String) {
    let line = "| \(what) | \(figure) |\n"
    guard let path = variables["MLOPS_FIGURES"] else {
      FileHandle.standardError.write(Data(line.utf8))
      return
    }
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    // One call: several tests note at once.
    _ = line.withCString { write(file, $0, strlen($0)) }
    close(file)
  }

  /// A number as tables show it.
  public static func shown(_ number: Int) -> String {
    var digits = Array(String(number))
    var index = digits.count - 3
    while index > 0 {
      digits.insert(",", at: index)
      index -= 3
    }
    return String(digits)
  }
}
