import RemoteFunctions
import Testing

@Suite struct JSONValueTests {
  @Test(
    "numbers, order and text survive",
    arguments: [
      #"{"b":12345678901234567890,"a":[1.0,-0,1e5,0.10],"c":{"z":null,"y":true}}"#,
      #"["",false,{}]"#, #""tab\tquote\"back\\slash""#, "18446744073709551617", #""é😀""#,
    ])
  func survives(text: String) throws {
    #expect(try JSONValue(parsing: text).text == text)
  }

  @Test("escapes are read")
  func escapes() throws {
    let value = try JSONValue(parsing: #""\u00e9\ud83d\ude00\/\b\f\n\r\t\u0001 \ud800x""#)
    #expect(value == .string("é😀/\u{8}\u{C}\n\r\t\u{1} \u{FFFD}x"))
  }

  @Test("of members with one key the last counts")
  func doubles() throws {
    #expect(try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#).text == #"{"a":3,"b":2}"#)
    let many = (0..<40).map { "\"k\($0 % 20)\":\($0)" }.joined(separator: ",")
    let value = try JSONValue(parsing: "{\(many)}")
    #expect(value.members?.count == 20)
    #expect(value["k3"] == 23)
  }

  @Test(
    "what is no JSON is refused with its place",
    arguments: [
      ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\" 1}", 5), ("01", 1), ("1.", 2), ("-", 0), ("tru", 3),
      ("\"a", 2), ("\"\\x\"", 1), ("\"\\u12g4\"", 1), ("[1] 2", 4), ("{a:1}", 1), ("\"\u{1}\"", 1),
      ("NaN", 0), ("'a'", 0), ("1e", 2), ("+1", 0),
    ])
  func refused(text: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    #expect(error?.offset == offset)
  }

  @Test("deep nesting and broken UTF-8 are refused")
  func bounds() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    let allowed = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    #expect(throws: Never.self) { try JSONValue(parsing: allowed) }
  }
}
