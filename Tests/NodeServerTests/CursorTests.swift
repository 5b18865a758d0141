import Testing

@testable import NodeServer

@Suite struct CursorTests {
  @Test("a cursor gives its values back, and nothing else is one")
  func roundTrip() {
    #expect(Cursor.parse(Cursor.text("01ABC", "x/y=")) == ["01ABC", "x/y="])
    for text in ["", "c1", "c1*", "d1YQ", "c1/w=="] { #expect(Cursor.parse(text) == nil) }
  }
}
