/// Letters that a voice of a language is given: its own, Latin, Hangul, Cyrillic and Greek. eSpeak NG 1.51 crashes at
/// mixtures of many scripts, so what no voice of the language reads is left out.
enum SpokenLetters {
  static func reads(_ scalar: Unicode.Scalar, language: String) -> Bool {
    if common.contains(where: { $0.contains(scalar.value) }) { return true }
    let name = language.lowercased().split(separator: "-").first.map(String.init) ?? ""
    return (blocks[name] ?? []).contains { $0.contains(scalar.value) }
  }

  private static let common: [ClosedRange<UInt32>] = [
    0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0xAA...0x17F, 0x1CD...0x1DC, 0x1E00...0x1EFF,
    0x300...0x304, 0x306...0x30C, 0x323...0x328, 0x386...0x3CE, 0x410...0x44F, 0x401...0x401,
    0x451...0x451, 0x3131...0x3163, 0xAC00...0xD7A3, 0xFF10...0xFF5A, 0x2460...0x2473,
  ]

  private static let blocks: [String: [ClosedRange<UInt32>]] = {
    var blocks: [String: [ClosedRange<UInt32>]] = [:]
    func add(_ languages: String, _ ranges: ClosedRange<UInt32>...) {
      for language in languages.split(separator: " ") { blocks[String(language)] = ranges }
    }
    add("ru uk be bg mk sr kk ky tt ba cv", 0x400...0x52F)
    add("el grc", 0x370...0x3FF, 0x1F00...0x1FFF)
    add("ar fa ur sd ug ku", 0x600...0x6FF)
    add("he iw", 0x591...0x5F4)
    add("hi mr ne kok", 0x900...0x97F)
    add("bn as bpy", 0x980...0x9FF)
    add("pa", 0xA00...0xA7F)
    add("gu", 0xA80...0xAFF)
    add("or", 0xB00...0xB7F)
    add("ta", 0xB80...0xBFF)
    add("te", 0xC00...0xC7F)
    add("kn", 0xC80...0xCFF)
    add("ml", 0xD00...0xD7F)
    add("si", 0xD80...0xDFF)
    add("th", 0xE00...0xE7F)
    add("my shn", 0x1000...0x109F)
    add("ka", 0x10A0...0x10FF)
    add("am", 0x1200...0x137F)
    add("chr", 0x13A0...0x13FF)
    add("hy hyw", 0x530...0x58F)
    add("ja", 0x3005...0x3005, 0x3041...0x30FE, 0x4E00...0x9FFF)
    add("zh cmn yue hak", 0x3400...0x4DBF, 0x4E00...0x9FFF)
    return blocks
  }()
}
