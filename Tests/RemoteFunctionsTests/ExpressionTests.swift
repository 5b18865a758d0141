import Foundation
import RemoteFunctions
import Testing

@testable import Workflows

@Suite struct ExpressionTests {
  private static let event: JSONValue = [
    "name": "scene/ready", "ts": 1_795_212_000_000,
    "data": [
      "sceneId": "s3", "pages": 12, "half": .number("2.5"), "empty": "", "zero": 0, "n": nil,
      "on": true, "off": false, "tags": ["a", "b", "c"], "text": "200", "name": "Anna",
      "list": [1, 2, 3], "object": ["k": 1, "l": [true, nil]], "id": .number("9007199254740993"),
      "items": [["id": 1, "price": 5], ["id": 2, "price": 10]], "big": .number("1e400"),
      "base": "aGVsbG8=", "json": #"{"a":[1,{"b":"x"}]}"#, "at": "2026-11-21T06:00:00Z",
      "odd key": 7,
    ],
  ]
  private static let async: JSONValue = ["data": ["sceneId": "s3", "ok": true]]
  /// 2026-11-21T06:00:00Z
  private static let now: Int64 = 1_795_240_800_000

  private func value(_ text: String) throws -> JSONValue? {
    try Expression(parsing: text).value(
      ["event": Self.event, "async": Self.async], now: Self.now)
  }

  @Test(
    "the table of the contract",
    arguments: [
      ("event.data.x == null", true), ("event.data.x == 'x'", false), ("event.data.x == ''", false),
      ("event.data.x == 0", false), ("event.data.x == event.data.y", false),
      ("event.data.x != 'x'", true), ("event.data.x != ''", true), ("event.data.x != null", false),
      ("event.data.x < 1", true), ("event.data.x <= 'a'", true), ("event.data.x > 1", false),
      ("event.data.x >= -1", false), ("1 < event.data.x", false), ("1 > event.data.x", true),
      ("event.data.n == null", true), ("event.data.n == 'x'", false),
      ("event.data.n != 'x'", true), ("event.data.n > 0", false), ("3 > event.data.n", true),
      ("event.data.n >= 0", true), ("event.data.n < 1", true), ("3 == 3.0", true),
      ("2 < 2.5", true), ("event.data.pages == 12.0", true), ("200 == '200'", false),
      ("int(event.data.text) == 200", true), ("!event.data.x", true), ("!event.data.empty", true),
      ("!event.data.zero", true), ("!event.data.n", true), ("!event.data.name", false),
      ("size(event.data.x) == 0", true), ("event.data.a.b.contains('q')", false),
      ("event.data.x in ['a']", false), ("event.data.n.deep == 'q'", false),
      ("[1, [2.0, 'a']] == [1.0, [2, 'a']]", true), ("event.data.list == [1, 2, 3]", true),
      ("event.data.list == [1, 3, 2]", false),
      ("event.data.object == json_parse('{\"l\":[true,null],\"k\":1.0}')", true),
      ("event.data.items[0] == event.data.items[1]", false),
    ])
  func table(text: String, expected: Bool) throws {
    #expect(try value(text) == .bool(expected))
  }

  @Test(
    "values",
    arguments: [
      ("'a' + 1", "\"a1\""), ("'a' + true", "\"atrue\""),
      ("event.data.name + event.data.x", "\"Anna\""),
      ("event.data.x + 'a'", "\"a\""), ("1 + 2 * 3 - 4 / 2", "5"), ("7 / 2", "3"),
      ("7 / 2.0", "3.5"),
      ("-7 % 3", "-1"), ("(1 + 2) * 3", "9"), ("0x1F + 1u", "32"), ("1.5e3", "1500"), (".5", "0.5"),
      ("event.data.x || 'else'", "\"else\""), ("event.data.name || 'else'", "\"Anna\""),
      ("event.data.name && 5", "5"), ("event.data.empty && 5", "\"\""),
      ("event.data.empty || 0 || null || 'z'", "\"z\""),
      ("event.data.x ? 1 : 2", "2"), ("event.data.name ? 1 : 2", "1"), ("0 ? 1 : '' ? 2 : 3", "3"),
      ("event.data.tags[1]", "\"b\""), ("event.data[\"odd key\"]", "7"),
      ("event.data.tags.size()", "3"), ("size('é😀')", "2"), ("size(event.data.object)", "2"),
      ("event.data.id", "9007199254740993"), ("event.data.id - 1", "9007199254740992"),
      ("string(1.50)", "\"1.5\""),
      ("string(event.data.object)", "\"{\\\"k\\\":1,\\\"l\\\":[true,null]}\""),
      ("double('2.5') + 1", "3.5"), ("int(2.9)", "2"), ("int('-3')", "-3"), ("uint('7')", "7"),
      ("lowercase('ÀB')", "\"àb\""), ("uppercase('ab')", "\"AB\""),
      ("b64decode(event.data.base)", "\"hello\""), ("json_parse(event.data.json).a[1].b", "\"x\""),
      ("event.data.items.map(i, i.price)", "[5,10]"),
      ("event.data.items.map(i, i.id > 1, i.price)", "[10]"),
      ("event.data.items.filter(i, i.price > 5).map(i, i.id)", "[2]"),
      ("event.data.object.map(k, k)", "[\"k\",\"l\"]"), ("event.data.x.map(i, i)", "[]"),
      ("[1, 2] + [3]", "[1,2,3]"), (#"'a\n\u00e9\x41\''"#, #""a\néA'""#), (#"r'a\n'"#, #""a\\n""#),
      ("date('2026-11-21')", "\"2026-11-21T00:00:00Z\""), ("date(0)", "\"1970-01-01T00:00:00Z\""),
      ("date(1795240800000)", "\"2026-11-21T06:00:00Z\""), ("now()", "\"2026-11-21T06:00:00Z\""),
      ("now_plus('24h')", "\"2026-11-22T06:00:00Z\""),
      ("now_minus('15m')", "\"2026-11-21T05:45:00Z\""),
      ("date('2026-11-21T08:00:00.5+02:00')", "\"2026-11-21T06:00:00.500Z\""),
      ("duration('1h30m')", "\"5400s\""), ("now() - date(event.data.at)", "\"0s\""),
      ("[1, // comment\n 2]", "[1,2]"),
    ])
  func values(text: String, expected: String) throws {
    #expect(try value(text)?.text == expected)
  }

  @Test(
    "conditions",
    arguments: [
      ("async.data.sceneId == event.data.sceneId && async.data.ok", true),
      ("event.data.sceneId in ['s1', 's3']", true), ("2 in event.data.list", true),
      ("'k' in event.data.object", true), ("event.name.startsWith('scene/')", true),
      ("event.name.endsWith('ready')", true), ("event.name.contains('e/r')", true),
      ("event.data.tags.contains('b')", true), ("has(event.data.n)", true),
      ("has(event.data.x)", false), ("event.data.items.all(i, i.price >= 5)", true),
      ("event.data.items.exists(i, i.price == 10)", true),
      ("event.data.items.exists_one(i, i.price > 1)", false),
      ("event.data.items.exists(i, event.data.list.all(j, i.id <= j))", true),
      ("event.data.x.exists(i, true)", false), ("date(event.data.at) <= now()", true),
      ("event.ts > now_minus('24h')", true), ("date(event.data.at) == now()", true),
      ("event.data.pages / 0 == 1 || true", true), ("false && event.data.pages / 0 == 1", false),
      ("event.data.pages / 0 == 1 && false", false), ("'b' > 'a'", true), ("!(1 > 2)", true),
      ("1 == 1 == true", true), ("'a' < 1", false), ("'a' > 1", false),
      ("event.data.id == 9007199254740992", false),
      ("'e\u{301}' == '\u{e9}'", false),
    ])
  func conditions(text: String, expected: Bool) throws {
    let expression = try Expression(parsing: text)
    #expect(
      expression.isTrue(event: Self.event, async: Self.async, now: Self.now) == expected)
  }

  @Test(
    "patterns",
    arguments: [
      ("s3", "^s[0-9]+$", true), ("xs3y", "s\\\\d", true), ("abc", "^(ab|x)c?$", true),
      ("ABC", "(?i)abc", true), ("ABC", "abc", false), ("a\nb", "a.b", false),
      ("a\nb", "(?s)a.b", true),
      ("a\nb", "(?m)^b$", true), ("aaa", "^a{2}$", false), ("aaa", "^a{2,}$", true),
      ("aaa", "^a{1,3}$", true),
      ("한글", "^\\\\p{L}+$", true), ("a-b", "^[\\\\w-]+$", true), ("a]b", "[]]", true),
      ("ab", "[^a-z]", false),
      ("x", "[[:alpha:]]", true), ("5", "[[:^digit:]]", false), ("foo bar", "\\\\bbar\\\\b", true),
      ("", "^$", true), ("abc", "", true), ("a.c", "a\\\\.c", true),
      ("abc", "\\\\Qa.c\\\\E", false),
      ("aaaa", "^(a*)*$", true), ("name", "^(?P<n>na)(?:me)$", true), ("é", "^(?i)É$", true),
    ])
  func patterns(text: String, pattern: String, expected: Bool) throws {
    let event: JSONValue = ["data": .string(text)]
    for argument in ["'\(pattern)'", "event.pattern"] {
      let expression = try Expression(parsing: "event.data.matches(\(argument))")
      let raw = pattern.replacing("\\\\", with: "\\")
      let event: JSONValue = .object((event.members ?? []) + [.init("pattern", .string(raw))])
      #expect(expression.isTrue(event: event) == expected)
    }
  }

  @Test(
    "what is no expression is refused at its place",
    arguments: [
      ("", 0, "empty"), ("event.data.x = 1", 13, "no sign '='"),
      ("event.data. == 1", 12, "field's name"),
      ("foo.bar == 1", 0, "no variable 'foo'"), ("'abc", 0, "does not end"),
      ("(1 == 1", 7, "')' is missing"),
      ("1 == 1)", 6, "nothing may follow"), ("1 +", 3, "ends too early"),
      ("frob(1)", 0, "no function 'frob'"),
      ("event.data.frob()", 11, "no method 'frob'"), ("int()", 0, "given 0 values"),
      ("now(1)", 0, "given 1 values"),
      ("has(1)", 4, "asks for one field"), ("12abc", 0, "no number"),
      ("event.data.matches('(')", 19, "no ')'"),
      ("event.data.matches('(?=x)')", 19, "no group"), ("'\\q'", 1, "no escape"),
      ("a ? b", 0, "no variable"),
      ("true ? 1", 8, "':' is missing"), ("event.data.all(1, true)", 15, "needs a variable"),
      ("event.data.matches('a{1001}')", 19, "repetition"),
      ("event.data.matches('((a{90}){90}){9}')", 19, "too large"),
      ("event & 1", 6, "no sign '&'"), ("event.data.x == {}", 16, "no sign '{'"),
      ("[1 2]", 3, "']' is missing"),
    ])
  func refused(text: String, offset: Int, problem: String) {
    let error = #expect(throws: ExpressionError.self) { try Expression(parsing: text) }
    #expect(error?.offset == offset, "\(String(describing: error))")
    #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    #expect(error?.description.contains("\n  → ") == true)
  }

  @Test(
    "a fault is no match and no key",
    arguments: [
      "1 / 0 == 0", "'a' * 2 == 4", "event.data.pages.contains('x')", "int('x') == 1",
      "uint(-1) == 1", "date('x') == now()", "duration('x') == duration('1s')", "1 in 2",
      "json_parse('{') == null", "b64decode('!') == ''", "size(5) == 1", "event.data.big * 0 == 0",
      "170141183460469231731687303715884105727 + 1 > 0", "event.data.name.matches(event.data.tags)",
    ])
  func faults(text: String) throws {
    let expression = try Expression(parsing: text)
    #expect(!expression.isTrue(event: Self.event))
  }

  @Test("keys are text")
  func keys() throws {
    func key(_ text: String) throws -> String? {
      try Expression(parsing: text).text(event: Self.event, now: Self.now)
    }
    #expect(try key("event.data.sceneId + '-' + event.data.pages") == "s3-12")
    #expect(try key("event.data.half") == "2.5")
    #expect(try key("event.data.tags") == "[\"a\",\"b\",\"c\"]")
    #expect(try key("event.data.n") == "null")
    #expect(try key("event.data.pages > 100") == "false")
    #expect(try key("event.data.x") == nil)
    #expect(try key("1 / 0") == nil)
  }

  @Test("only true counts as a match")
  func onlyTrue() throws {
    for text in ["1", "'true'", "event.data.name", "[true]", "null"] {
      #expect(try !Expression(parsing: text).isTrue(event: Self.event))
    }
  }

  @Test(
    "a restricted expression has no macros, methods and few functions",
    arguments: [
      ("async.data.a == event.data.a || !(int(event.data.b) in [1, 2])", true),
      ("event.data.a ? double('1') > 2 : uint(3) == 3", true),
      ("event.data.a.contains('x')", false),
      ("has(event.data.a)", false), ("[1].all(i, i == 1)", false),
      ("size(event.data.a) > 1", false),
      ("event.data.a.matches('x')", false), ("event.data[lowercase('A')] == 1", false),
    ])
  func restricted(text: String, isAllowed: Bool) throws {
    let expression = try Expression(parsing: text)
    if isAllowed {
      #expect(throws: Never.self) { try expression.checkRestricted() }
    } else {
      #expect(throws: ExpressionError.self) { try expression.checkRestricted() }
    }
  }

  @Test(
    "deep and long texts are refused, not recursed into",
    arguments: [
      String(repeating: "(", count: 10_000), String(repeating: "!", count: 10_000) + "true",
      String(repeating: "[", count: 10_000), "event" + String(repeating: ".a", count: 5_000),
      "1" + String(repeating: "+1", count: 5_000), String(repeating: "true?", count: 3_000),
      String(repeating: "int(", count: 3_000), "'" + String(repeating: "a", count: 20_000) + "'",
      "event.data.matches('" + String(repeating: "(", count: 1_000) + "')",
    ])
  func depth(text: String) {
    #expect(throws: ExpressionError.self) { try Expression(parsing: text) }
  }

  @Test("a long chain of conditions is no depth")
  func chain() throws {
    let text = (0..<400).map { "event.data.x == \($0)" }.joined(separator: " || ")
    #expect(try Expression(parsing: text).isTrue(event: ["data": ["x": 399]]))
  }

  @Test(
    "work is bounded",
    arguments: [
      "event.l.all(a, event.l.all(b, event.l.all(c, a + b + c >= 0)))",
      "event.text.matches('(x+x+)+y')", "event.l.all(a, event.text == event.text + '')",
      "event.l.all(a, event.l == event.l)", "event.l.all(a, event.text.contains('xxxy') == false)",
    ])
  func work(text: String) throws {
    let event: JSONValue = [
      "l": .array((0..<20_000).map { .integer($0) }),
      "text": .string(String(repeating: "x", count: 400_000)),
    ]
    let expression = try Expression(parsing: text)
    #expect(throws: ExpressionFault.self) { try expression.value(["event": event]) }
  }

  @Test("random texts never crash")
  func fuzz() throws {
    var generator = SeededGenerator(seed: 7)
    let words = [
      "event", "async", ".", "data", "a", "[", "]", "(", ")", "'x'", "1", "2.5", "==", "!=", "<",
      "&&",
      "||", "!", "-", "+", "*", "/", "%", "?", ":", ",", "in", "null", "true", "int", "size",
      "matches",
      "all", "map", "i", "has", "'(a|b)*'", "\"", "é", "r'[a-", "date", "now", " ",
    ]
    let event: JSONValue = ["data": ["a": [1, "x", nil], "i": ["a": 2]]]
    var understood = 0
    for _ in 0..<20_000 {
      let count = Int.random(in: 1...12, using: &generator)
      let text = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }
        .joined(separator: Bool.random(using: &generator) ? " " : "")
      guard let expression = try? Expression(parsing: text) else { continue }
      understood += 1
      _ = try? expression.value(["event": event, "async": event], now: 0)
    }
    #expect(understood > 100)
    let signs = Array("^$.*+?()[]{}|\\-dwpLQEx:i,01ab".unicodeScalars)
    let target: JSONValue = ["t": "ab-01\nxÀ", "p": ""]
    for _ in 0..<5_000 {
      let count = Int.random(in: 1...14, using: &generator)
      let pattern = (0..<count).map { _ in String(signs.randomElement(using: &generator) ?? "a") }
        .joined()
      let event: JSONValue = ["t": target["t"] ?? nil, "p": .string(pattern)]
      _ = try Expression(parsing: "event.t.matches(event.p)").isTrue(event: event)
    }
  }
}
