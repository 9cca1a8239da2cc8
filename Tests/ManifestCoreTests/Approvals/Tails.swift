extension Tail {
  private static let scissors = "# ------------------------ >8 ------------------------\n"

  /// Messages that read differently here and there, with what git and we read in them.
  static let all: [Tail] = [
    Tail(
      name: "last paragraph", message: "s\n\nApproved-by: A\nApproved-by: B\n", both: ["A", "B"], ours: ["A", "B"]),
    Tail(name: "no line end", message: "s\n\nApproved-by: A", both: ["A"], ours: ["A"]),
    Tail(name: "trailing blank lines", message: "s\n\nApproved-by: A\n \t\n\n", both: ["A"], ours: ["A"]),
    Tail(name: "CRLF", message: "s\r\n\r\nApproved-by: A\r\n", both: ["A"], ours: ["A"]),
    Tail(name: "key of another case", message: "s\n\naPPROVED-bY: x\n", both: ["x"], ours: ["x"]),
    Tail(name: "tab behind the colon", message: "s\n\nApproved-by:\t x \n", both: ["x"], ours: ["x"]),
    Tail(name: "twice", message: "s\n\nApproved-by: a\nApproved-by: a\n", both: ["a", "a"], ours: ["a", "a"]),
    Tail(
      name: "cherry-pick line", message: "s\n\nApproved-by: x\n(cherry picked from commit 0123abcd)\n", both: ["x"],
      ours: ["x"]),
    Tail(name: "NBSP in the value", message: "s\n\nApproved-by: \u{A0}x\n", both: ["\u{A0}x"], ours: ["\u{A0}x"]),
    Tail(name: "middle paragraph", message: "s\n\nApproved-by: x\n\nmore\n", near: [3]),
    Tail(name: "signature behind", message: "s\n\nApproved-by: x\n\n-- \nme\n", near: [3]),
    Tail(name: "prose in the paragraph", message: "s\n\nprose\nmore\nApproved-by: x\n", near: [5]),
    Tail(name: "title", message: "Approved-by: x\n", near: [1]),
    Tail(name: "title of two lines", message: "s\nApproved-by: x\n", near: [2]),
    Tail(name: "no title", message: "\nApproved-by: x\n", interpret: ["x"], ambiguous: 1, near: [2]),
    Tail(
      name: "prose beside a sign-off", message: "s\n\nprose\nApproved-by: x\nSigned-off-by: z\n", both: ["x"],
      ambiguous: 3, near: [4]),
    Tail(
      name: "much prose beside a sign-off",
      message: "s\n\n1\n2\n3\n4\n5\n6\n7\n8\nApproved-by: x\nSigned-off-by: z\n", near: [11]),
    Tail(
      name: "folded over two lines", message: "s\n\nApproved-by: mallory\n alice\n", both: ["mallory alice"],
      ambiguous: 3, near: [3]),
    Tail(name: "folded at once", message: "s\n\nApproved-by:\n alice\n", both: ["alice"], ambiguous: 3, near: [3]),
    Tail(
      name: "divider before", message: "s\n\nbody\n---\n\nApproved-by: x\n", log: ["x"], ambiguous: 4, ours: ["x"]),
    Tail(
      name: "divider between", message: "s\n\nApproved-by: A\n\n---\ntext\n\nApproved-by: E\n", interpret: ["A"],
      log: ["E"], ambiguous: 5, ours: ["E"], near: [3]),
    Tail(
      name: "scissors before", message: "s\n\nbody\n\(scissors)\nApproved-by: x\n", ambiguous: 4, ours: ["x"]),
    Tail(
      name: "scissors behind", message: "s\n\nApproved-by: x\n\(scissors)junk\n", both: ["x"], ambiguous: 4, near: [3]),
    Tail(name: "comment behind", message: "s\n\nApproved-by: x\n\n# c\n", both: ["x"], ambiguous: 5, near: [3]),
    Tail(
      name: "conflicts behind", message: "s\n\nApproved-by: x\n\nConflicts:\n\tf\n", both: ["x"], ambiguous: 5,
      near: [3]),
    Tail(
      name: "commented conflicts", message: "s\n\nApproved-by: x\n\n# Conflicts:\n#\tf\n", both: ["x"], ambiguous: 5,
      near: [3]),
    Tail(name: "form feed for a blank line", message: "s\n\u{C}\nApproved-by: x\n", near: [3]),
    Tail(name: "lone CR", message: "s\n\nbody\rApproved-by: x\n"),
    Tail(name: "lone CR behind", message: "s\r\n\nApproved-by: x\r", both: ["x"], ambiguous: 3, near: [3]),
    Tail(name: "lone CR in the body", message: "s\n\na\rb\n\nApproved-by: x\n", both: ["x"], ambiguous: 3, near: [5]),
    Tail(name: "VT", message: "s\n\nbody\u{B}Approved-by: x\n"),
    Tail(name: "NEL", message: "s\n\nbody\u{85}Approved-by: x\n"),
    Tail(name: "LS", message: "s\n\nbody\u{2028}Approved-by: x\n"),
    Tail(name: "blank before the colon", message: "s\n\nApproved-by : x\n", both: ["x"], ambiguous: 3, near: [3]),
    Tail(name: "no blank behind it", message: "s\n\nApproved-by:x\n", both: ["x"], ambiguous: 3, near: [3]),
    Tail(
      name: "combining mark behind it", message: "s\n\nApproved-by:\u{301} x\n", both: ["\u{301} x"], ambiguous: 3,
      near: [3]),
    Tail(name: "space in the key", message: "s\n\nApproved by: x\n", near: [3]),
    Tail(name: "hyphen U+2010", message: "s\n\nApproved\u{2010}by: x\n", near: [3]),
    Tail(name: "NBSP in the key", message: "s\n\nApproved\u{A0}by: x\n", near: [3]),
    Tail(name: "NBSP behind the key", message: "s\n\nApproved-by\u{A0}: x\n", near: [3]),
    Tail(name: "ZWSP in the key", message: "s\n\nApproved-\u{200B}by: x\n", near: [3]),
    Tail(name: "full-width colon", message: "s\n\nApproved-by\u{FF1A} x\n", near: [3]),
    Tail(name: "equals sign", message: "s\n\nApproved-by= x\n", near: [3]),
    Tail(name: "no colon", message: "s\n\nApproved-by x\n", near: [3]),
    Tail(name: "quoted", message: "s\n\n> Approved-by: x\n", near: [3]),
    Tail(name: "prose", message: "s\n\nThis was approved by x: yes.\nApproved by everyone.\n"),
    Tail(name: "empty value", message: "s\n\nApproved-by:\n", both: [""], ambiguous: 3, near: [3]),
    Tail(
      name: "stray key", message: "s\n\nApproved-by: x\nBug:1\n", both: ["x"], ambiguous: 4, near: [3]),
    Tail(name: "nothing", message: ""),
    Tail(name: "blank lines", message: "\n\n \n"),
  ]

  /// Creates a row; `both` is what both of git's readings find.
  private init(
    name: String, message: String, both: [String] = [], interpret: [String]? = nil, log: [String]? = nil,
    ambiguous: Int? = nil, ours: [String] = [], near: [Int] = []
  ) {
    self.init(
      name: name, message: message, ours: ours, interpret: interpret ?? both, log: log ?? both,
      ambiguousAt: ambiguous, nearMisses: near)
  }
}
