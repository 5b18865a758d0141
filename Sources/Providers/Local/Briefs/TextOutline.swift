/// What a text says, without its markup.
struct TextOutline: Equatable {
  /// Said by the text itself, in front matter.
  var title: String?
  var blocks: [ParsedDocument.Block] = []
}

/// Collects lines until a block is complete.
struct BlockCollector {
  private(set) var blocks: [ParsedDocument.Block] = []
  private var kind = ParsedDocument.Block.Kind.paragraph
  private var lines: [String] = []
  private let joiner = LineJoiner(lines: [])

  var isEmpty: Bool { lines.isEmpty }
  var isInList: Bool { kind == .listItem && !lines.isEmpty }
  /// The lines of a paragraph that has not ended.
  var openParagraph: [String] { kind == .paragraph ? lines : [] }

  mutating func begin(_ kind: ParsedDocument.Block.Kind, _ line: String) {
    close()
    (self.kind, lines) = (kind, [line])
  }

  mutating func add(_ line: String) {
    if lines.isEmpty { kind = .paragraph }
    lines.append(line)
  }

  mutating func heading(_ level: Int, _ text: String) {
    close()
    append(.init(.heading, level: level, text))
  }

  mutating func close(_ transform: (String) -> String = { $0 }) {
    let text = lines.map { PlainText.cleaned(transform($0)) }.filter { !$0.isEmpty }
    // A hyphen at the end of a typed line is the writer's own.
    let whole = text.dropFirst().reduce(text.first ?? "") { first, second in
      first.hasSuffix("-") ? first + " " + second : joiner.join(first, second)
    }
    append(.init(kind, whole))
    (kind, lines) = (.paragraph, [])
  }

  mutating func drop() { (kind, lines) = (.paragraph, []) }

  private mutating func append(_ block: ParsedDocument.Block) {
    var block = block
    block.text = PlainText.cleaned(block.text)
    if block.text.contains(where: { $0.isLetter || $0.isNumber }) { blocks.append(block) }
  }
}
