import RemoteFunctions
import Testing
import Workflows

@Suite struct EventBatchTests {
  private func read(_ text: String, seed: EventIDSeed? = nil) -> EventBatch {
    EventBatch(parsing: Array(text.utf8), seed: seed)
  }

  @Test("one event and lists of them")
  func good() {
    let one = read(
      #" {"name":"a/b","data":{"n":12345678901234567890.10, "x":[1]},"id":"k","ts":1795212000000,"v":"2","user":{"u":1},"meta":{"m":2},"other":[]} "#
    )
    #expect(one.fault == nil)
    #expect(one.events.count == 1)
    #expect(one.events.first?.data == #"{"n":12345678901234567890.10, "x":[1]}"#)
    #expect(one.events.first?.senderID == "k")
    #expect(one.events.first?.timestamp == 1_795_212_000_000)
    #expect(one.events.first?.version == "2")
    let many = read(#"[{"name":"a"},{"name":"b","data":null,"ts":0,"id":null}]"#)
    #expect(many.fault == nil)
    #expect(many.events.map(\.name) == ["a", "b"])
    #expect(many.events.map(\.data) == ["{}", "{}"])
    #expect(read("[]").fault == nil)
  }

  @Test("the engine's own key is taken out of data")
  func own() {
    let batch = read(#"{"name":"a","data":{"x":1.50,"_inngest":{"y":2},"z":{"_inngest":3}}}"#)
    #expect(batch.events.first?.data == #"{"x":1.50,"z":{"_inngest":3}}"#)
  }

  @Test(
    "what is wrong with an event is told, and those before it are kept",
    arguments: [
      (#"{"data":{}}"#, "'name' is missing"), (#"{"name":"","data":{}}"#, "'name' is missing"),
      (#"{"name":5}"#, "'name' is no text"), (#"{"name":"InnGest/x"}"#, "the engine's own"),
      (#"{"name":"a","data":[1]}"#, "'data' is no object"),
      (#"{"name":"a","ts":"x"}"#, "'ts' is no whole number"),
      (#"{"name":"a","ts":1.5}"#, "'ts' is no whole number"),
      (#"{"name":"a","ts":5}"#, "1980 to 2100"),
      (#"{"name":"a","ts":1e99}"#, "'ts' is no whole number"),
      (#"{"name":"a","user":5}"#, "'user' is no object"),
      (#"{"name":"a","id":5}"#, "'id' is no text"), ("7", "is no object"),
      (#"{"name":"a\u0000"}"#, "zero byte"),
      ("{\"name\":\"\(String(repeating: "n", count: 513))\"}", "513 bytes"),
      ("{\"name\":\"a\",\"data\":{\"x\":\"\(String(repeating: "n", count: 3 << 20))\"}}", "3 MiB"),
    ])
  func faults(event: String, problem: String) {
    let batch = read("[{\"name\":\"first\"},\(event),{\"name\":\"last\"}]")
    #expect(batch.events.map(\.name) == ["first"])
    #expect(batch.fault?.contains(problem) == true, "\(batch.fault ?? "none")")
    #expect(batch.fault?.contains("event 2") == true)
  }

  @Test(
    "what is no JSON is refused",
    arguments: [
      "", "{", "[", "null", "5", "\"x\"", "[{\"name\":\"a\"}", "{\"name\":\"a\"}x", "{]", "[,]",
    ])
  func noJSON(text: String) {
    #expect(read(text).fault != nil)
  }

  @Test("more than 5000 events are refused as a whole")
  func tooMany() {
    let one = #"{"name":"a"}"#
    let allowed = read("[\(Array(repeating: one, count: 5_000).joined(separator: ","))]")
    #expect(allowed.fault == nil)
    #expect(allowed.events.count == 5_000)
    let more = read("[\(Array(repeating: one, count: 5_001).joined(separator: ","))]")
    #expect(more.fault != nil)
    #expect(more.events.isEmpty)
  }

  @Test("ids are made from the sender's seed")
  func seed() throws {
    let seed = try #require(EventIDSeed("1743130137367,eii2YKXRVTJPuA=="))
    #expect(seed.id(1) == "01JQDAE4RQF8MBCR55T5AK4KXS")
    #expect(seed.id(2) == "01JQDAE4RQF8MBCR55T5AK4KXT")
    for bad in [
      "", "x,eii2YKXRVTJPuA==", "1743130137367", "1743130137367,AAAA", "-1,eii2YKXRVTJPuA==",
      "1743130137367,%",
    ] {
      #expect(EventIDSeed(bad) == nil)
    }
    let wrapping = try #require(EventIDSeed("1,AAAAAAAA/////w=="))
    #expect(wrapping.id(1) == "00000000010000000000000000")
  }
}
