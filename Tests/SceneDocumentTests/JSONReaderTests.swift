import Testing

@testable import SceneDocument

@Suite struct JSONReaderTests {
  private func value(_ text: String) throws -> JSONValue {
    var reader = JSONReader(Array(text.utf8))
    return try reader.document().plain
  }

  @Test("values are read as RFC 8259 has them")
  func values() throws {
    #expect(
      try value(#" {"a": [1, -2.5, true, false, null, "x"], "b": {}} "#) == [
        "a": [1, -2.5, true, false, .null, "x"], "b": [:],
      ])
    #expect(try value(#""\u00e9\ud83d\ude00\n\/""#) == .string("é😀\n/"))
  }

  @Test(
    "numbers are the nearest doubles",
    arguments: [
      "0", "-0", "1", "-1", "0.1", "123456.789", "1e5", "1E+5", "1e-7", "9007199254740993",
      "0.30000000000000004", "179769313486231570000", "2.2250738585072014e-308", "5e-324",
      "123456789012345678901234567890", "0.000000000000000000000000000000123",
    ])
  func numbers(text: String) throws {
    let expected = try #require(Double(text))
    #expect(try value(text) == .number(expected))
  }

  @Test("32 levels are read, 33 are not")
  func depth() throws {
    let deep = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    _ = try value(deep)
    #expect(throws: JSONSyntaxError.self) { try value("[" + deep + "]") }
  }

  @Test("no bytes crash the reader, and what it accepts reads back the same")
  func fuzz() throws {
    var random = SeededNumbers(7)
    let seed = Array(oneScene(#""title": "é😀\n", "head": 1.5e0, "layers": [{"asset": "a"}]"#).utf8)
    var accepted = 0
    for _ in 0..<1200 {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: place)
        default: bytes.removeLast(min(place, 20))
        }
        if bytes.isEmpty { bytes = [0x20] }
      }
      let reading = SceneDocument.read(bytes)
      if reading.document != nil {
        accepted += 1
        #expect(reading.expandedText != nil)
      } else {
        #expect(reading.diagnostics.contains { $0.severity == .error })
      }
      for diagnostic in reading.diagnostics {
        #expect((diagnostic.line ?? 0) >= 1 && (diagnostic.column ?? 0) >= 1)
      }
      _ = SceneDocument.applyingFixes(to: bytes)
    }
    #expect(accepted > 0)
  }

  @Test("random bytes are refused or read, never more")
  func noise() {
    var random = SeededNumbers(11)
    let alphabet = Array(#"{}[]",:\ue0d8-+.0123456789truefalsn \#n"#.utf8) + [0xC3, 0xA9, 0xFF, 0]
    for _ in 0..<20_000 {
      let count = Int.random(in: 0...24, using: &random)
      let bytes = (0..<count).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      var reader = JSONReader(bytes)
      if let node = try? reader.document() {
        var again = JSONReader(Array(node.plain.compactText.utf8))
        #expect((try? again.document().plain) == node.plain)
      }
    }
  }
}

@Suite struct CanonicalJSONTests {
  @Test("the examples of RFC 8785 come out byte for byte")
  func rfc() throws {
    var reader = JSONReader(
      Array(
        #"""
        {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
         "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
         "literals": [null, true, false]}
        """#.utf8))
    let text = CanonicalJSON.text(of: try reader.document().plain)
    #expect(
      text
        == #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
        + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#)
  }

  @Test("keys are sorted by UTF-16 units")
  func order() {
    let value: JSONValue = [
      "€": 1, "\r": 2, "\u{FB33}": 3, "1": 4, "😀": 5, "\u{80}": 6, "ö": 7,
    ]
    #expect(
      CanonicalJSON.text(of: value)
        == "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{FB33}\":3}")
  }

  @Test(
    "numbers as ECMAScript writes them",
    arguments: [
      (0.0, "0"), (-0.0, "0"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (1e-6, "0.000001"),
      (1e-7, "1e-7"), (123.456, "123.456"), (Double.leastNonzeroMagnitude, "5e-324"),
      (1.7976931348623157e308, "1.7976931348623157e+308"), (-1.5, "-1.5"),
      (9_007_199_254_740_992, "9007199254740992"),
      (295_147_905_179_352_825_856, "295147905179352830000"),
      (1234567890123456.8, "1234567890123456.8"), (0.00001234, "0.00001234"),
    ])
  func numbers(number: Double, text: String) { #expect(canonicalText(of: number) == text) }

  @Test("SHA-256 of known bytes")
  func hash() {
    #expect(
      sha256(of: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
