/// A pattern as it was understood.
indirect enum TextPatternNode {
  case empty
  case scalars(ScalarSet)
  case assertion(TextPattern.Assertion)
  case sequence([TextPatternNode])
  case choice([TextPatternNode])
  /// `most` is nil for no end.
  case repeated(TextPatternNode, least: Int, most: Int?)
}

/// Writes a pattern's program.
struct TextPatternBuilder {
  static let largest = 4000

  private(set) var program: [TextPattern.Instruction] = []

  mutating func append(_ instruction: TextPattern.Instruction) throws(TextPatternError) {
    if program.count >= Self.largest {
      throw TextPatternError(problem: "it is too large: its repetitions make it too long")
    }
    program.append(instruction)
  }

  mutating func add(_ node: TextPatternNode) throws(TextPatternError) {
    switch node {
    case .empty: break
    case .scalars(let set): try append(.scalars(set))
    case .assertion(let assertion): try append(.assertion(assertion))
    case .sequence(let nodes): for node in nodes { try add(node) }
    case .choice(let nodes): try choose(nodes)
    case .repeated(let node, let least, let most): try `repeat`(node, least, most)
    }
  }

  private mutating func choose(_ nodes: [TextPatternNode]) throws(TextPatternError) {
    var ends: [Int] = []
    for (place, node) in nodes.enumerated() {
      if place == nodes.count - 1 {
        try add(node)
        break
      }
      let split = program.count
      try append(.split(split + 1, 0))
      try add(node)
      ends.append(program.count)
      try append(.jump(0))
      program[split] = .split(split + 1, program.count)
    }
    for end in ends { program[end] = .jump(program.count) }
  }

  private mutating func `repeat`(
    _ node: TextPatternNode, _ least: Int, _ most: Int?
  ) throws(TextPatternError) {
    for _ in 0..<least { try add(node) }
    guard let most else {
      let split = program.count
      try append(.split(split + 1, 0))
      try add(node)
      try append(.jump(split))
      program[split] = .split(split + 1, program.count)
      return
    }
    var splits: [Int] = []
    for _ in least..<max(least, most) {
      splits.append(program.count)
      try append(.split(program.count + 1, 0))
      try add(node)
    }
    for split in splits { program[split] = .split(split + 1, program.count) }
  }
}
