import Foundation
import TestSupport
import Testing

@testable import Media

@Suite struct TextRendererTests {
  private static let latin = "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf"
  private static let ideographs = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
  private static let signs = "/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf"

  private func draw(
    _ text: String, _ path: String, family: String? = nil, size: Double = 60,
    outline: Double = 0, isRightToLeft: Bool = false, width: Int = 600
  ) throws -> Bitmap {
    let file = try FontFile(path: path)
    let face = try #require(file.faces.first { family == nil || $0.family == family })
    var line = TextLine(
      runs: [TextRun(text, file: file, face: face, colour: .white)], size: size,
      anchor: .left, x: 20, baseline: 80)
    if outline > 0 { line.outline = (outline, .black) }
    line.isRightToLeft = isRightToLeft
    return try TextRenderer(fonts: [file]).draw([line], width: width, height: 120)
  }

  /// Columns and rows in which the picture shows.
  private func ink(_ bitmap: Bitmap) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
    guard let alpha = bitmap.alpha else { return nil }
    var (left, right, top, bottom) = (Int.max, -1, Int.max, -1)
    for y in 0..<alpha.height {
      for x in 0..<alpha.width where alpha[x, y] > 127 {
        (left, right) = (min(left, x), max(right, x))
        (top, bottom) = (min(top, y), max(bottom, y))
      }
    }
    return right < 0 ? nil : (left...right, top...bottom)
  }

  @Test("a capital stands on the baseline and is as high as its font says")
  func baseline() throws {
    let face = try FontFile(path: Self.latin).faces[0]
    let found = try #require(ink(try draw("H", Self.latin)))
    #expect(abs(found.rows.upperBound - 79) <= 1)
    #expect(abs(Double(found.rows.count) - face.capHeight * 60) <= 1.5)
  }

  @Test("a line is as wide as it was measured")
  func advance() throws {
    let face = try FontFile(path: Self.latin).faces[0]
    for text in ["Hamburgefonts", "AVAToTe", "fi ffl"] {
      let found = try #require(ink(try draw(text + "H", Self.latin)))
      let measured = (face.advance(of: text + "H")) * 60
      #expect(abs(Double(found.columns.count) - measured) <= 14, "\(text)")
    }
  }

  @Test("an outline reaches out by its width on every side and no further")
  func outline() throws {
    let plain = try #require(ink(try draw("H", Self.latin)))
    let outlined = try #require(ink(try draw("H", Self.latin, outline: 6)))
    #expect(abs(plain.columns.lowerBound - outlined.columns.lowerBound - 6) <= 1)
    #expect(abs(outlined.rows.upperBound - plain.rows.upperBound - 6) <= 1)
  }

  @Test("letters beyond U+FFFF are drawn, and each as itself")
  func wideCharacters() throws {
    let film = try draw("🎬", Self.signs).alpha?.samples
    let smile = try draw("😀", Self.signs).alpha?.samples
    let missing = try draw("\u{10FFFD}", Self.signs).alpha?.samples
    #expect(film != missing && smile != missing && film != smile)
    let rare = try draw("𠮷", Self.ideographs, family: "Noto Sans CJK JP").alpha?.samples
    let none = try draw("\u{10FFFD}", Self.ideographs, family: "Noto Sans CJK JP").alpha?.samples
    #expect(rare != none)
  }

  @Test(
    "what means something to libass is drawn as it is written",
    arguments: [
      ("a{b}c", "abc"), (#"a\Nb"#, "ab"), (#"\h"#, ""), (#"{\b0}x"#, "x"), (#"a\{b"#, "a{b"),
    ])
  func plainText(_ text: String, _ interpreted: String) throws {
    let face = try FontFile(path: Self.latin).faces[0]
    let found = try #require(ink(try draw(text + "H", Self.latin)))
    let wanted = face.advance(of: text + "H") * 60
    #expect(abs(Double(found.columns.count) - wanted) <= 14)
    #expect(face.advance(of: interpreted + "H") * 60 < wanted - 14)
  }

  @Test("Arabic letters join, and the line begins at the right")
  func rightToLeft() throws {
    let path = "/usr/share/fonts/truetype/noto/NotoSansArabic-Bold.ttf"
    let face = try FontFile(path: path).faces[0]
    let apart = "مرحبا".reduce(0) { $0 + face.advance(of: String($1)) }
    #expect(face.advance(of: "مرحبا") < 0.8 * apart)
    // Latin at the end of a paragraph that runs right to left stands at its left.
    let mixed = try #require(
      ink(try draw("!!!", Self.latin, isRightToLeft: true)))
    #expect(mixed.columns.lowerBound >= 18)
  }

  @Test("fonts of one collection are told apart by their family")
  func collection() throws {
    let file = try FontFile(path: Self.ideographs)
    #expect(Set(file.faces.map(\.family)).isSuperset(of: ["Noto Sans CJK JP", "Noto Sans CJK SC"]))
    #expect(file.faces.allSatisfy { $0.weight == 700 && !$0.isItalic })
    // The form of this ideograph differs between Japan and China.
    let japanese = try draw("直", Self.ideographs, family: "Noto Sans CJK JP").alpha?.samples
    let chinese = try draw("直", Self.ideographs, family: "Noto Sans CJK SC").alpha?.samples
    #expect(japanese != chinese)
  }

  @Test("files that are no font are refused, and damaged ones never crash")
  func damaged() throws {
    let folder = try TempFolder()
    let path = folder.file("font.ttf")
    for bytes in [
      [], Array("not a font".utf8), Array("ttcf".utf8) + [0, 2, 0, 0, 255, 255, 255, 255],
    ] {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(throws: MediaError.self) { try FontFile(path: path) }
    }
    #expect(throws: MediaError.self) { try FontFile(path: folder.file("missing.ttf")) }
    let whole = try Data(contentsOf: URL(fileURLWithPath: Self.signs))
    var random = SystemRandomNumberGenerator()
    for _ in 0..<30 {
      var bytes = Array(whole)
      if Bool.random(using: &random) {
        bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
      }
      for _ in 0..<200 where !bytes.isEmpty {
        // Tables and their directory are at the beginning.
        let place = Int.random(in: 0..<min(bytes.count, 4000), using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      _ = FontFile.widened(bytes)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      guard let file = try? FontFile(path: path), let face = file.faces.first else { continue }
      _ = face.advance(of: "Hello 🎬")
      let line = TextLine(
        runs: [TextRun("Hello", file: file, face: face, colour: .white)], size: 30,
        anchor: .left, x: 0, baseline: 40)
      _ = try TextRenderer(fonts: [file]).draw([line], width: 200, height: 60)
    }
  }
}

@Suite struct LineBreaksTests {
  @Test(
    "lines end where readers of the language expect it",
    arguments: [
      ("안녕하세요 여러분, 2026년에 만나요", "ko", ["안녕하세요 ", "여러분, ", "2026년에 ", "만나요"]),
      ("日本語のサブタイトルを表示", "ja", ["日本語の", "サブタイトルを", "表示"]),
      ("这一行。", "zh", ["这", "一", "行。"]),
      ("สวัสดีชาวโลก", "th", ["สวัสดี", "ชาว", "โลก"]),
      ("A well-kept 'word' (here).", "en", ["A ", "well-", "kept ", "'word' (here)."]),
      ("", "en", []), (" ", "en", [" "]),
    ])
  func pieces(_ text: String, _ language: String, _ wanted: [String]) {
    #expect(LineBreaks.pieces(of: text, language: language) == wanted)
  }

  @Test("pieces together are the text, whatever it is, and no character is cut in two")
  func whole() {
    let alphabet = Array("aé한글日本ก่ا🎬👩‍👩‍👧‍👦🇰🇷 .,!?-\u{200B}\u{AD}/(")
    for _ in 0..<300 {
      let text = String((0..<Int.random(in: 0...40)).map { _ in alphabet.randomElement()! })
      let pieces = LineBreaks.pieces(
        of: text, language: ["und", "ja", "ko", "xx-broken"].randomElement()!)
      #expect(pieces.joined() == text)
      #expect(pieces.reduce(0) { $0 + $1.count } == text.count)
    }
  }

  @Test("the direction is that of the first letter that has one")
  func direction() {
    #expect(TextScript.isRightToLeft("123 مرحبا hello"))
    #expect(!TextScript.isRightToLeft("hello مرحبا"))
    #expect(!TextScript.isRightToLeft("123"))
  }
}
