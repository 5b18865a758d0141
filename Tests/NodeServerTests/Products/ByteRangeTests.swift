import Testing

@testable import NodeServer

@Suite struct ByteRangeTests {
  @Test(
    "what a range asks for, of a file of 100 bytes",
    arguments: [
      (nil, ByteRange.whole), ("bytes=0-9", .part(0..<10)), ("bytes=90-", .part(90..<100)),
      ("bytes=-5", .part(95..<100)), ("bytes=-500", .part(0..<100)),
      ("bytes=99-99", .part(99..<100)),
      ("bytes=50-5000", .part(50..<100)), ("BYTES=1-2", .part(1..<3)),
      ("bytes= 1-2 , 3-4", .part(1..<5)), ("bytes=0-1,50-60", .whole),
      ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
      ("bytes=100-200,300-", .unsatisfiable), ("bytes=200-,0-4", .part(0..<5)),
      ("bytes=9-1", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole),
      ("lines=0-1", .whole), ("bytes", .whole), ("bytes=1-2-3", .whole),
      ("bytes=99999999999999999999-", .unsatisfiable),
    ] as [(String?, ByteRange)])
  func parsing(_ header: String?, _ expected: ByteRange) {
    #expect(ByteRange(header, length: 100) == expected)
  }

  @Test("an empty file has no part")
  func empty() {
    #expect(ByteRange("bytes=0-", length: 0) == .unsatisfiable)
    #expect(ByteRange("bytes=-1", length: 0) == .unsatisfiable)
  }
}
