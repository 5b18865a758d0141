import SceneDocument
import Testing

@Suite struct InvalidDocumentTests {
  /// A line of an expectation: code, pointer, line:column+length, patch.
  private func line(_ diagnostic: Diagnostic, withLength: Bool) -> String {
    var place = "\(diagnostic.line ?? 0):\(diagnostic.column ?? 0)"
    if withLength { place += "+\(diagnostic.length ?? 0)" }
    var patch = "-"
    if let operations = diagnostic.patch {
      let json = JSONValue.array(operations.map(\.json)).compactText
      patch = (diagnostic.patchSafe == true ? "safe " : "unsafe ") + json
    }
    let pointer = diagnostic.pointer.isEmpty ? "(root)" : diagnostic.pointer
    return [diagnostic.code.rawValue, pointer, place, patch].joined(separator: "\t")
  }

  @Test(
    "every mistake is told with code, pointer, place and patch",
    arguments: Fixtures.names("invalid"))
  func told(name: String) throws {
    let reading = SceneDocument.read(try Fixtures.bytes("invalid", name + ".json"))
    let expected = String(
      decoding: try Fixtures.bytes("invalid", name + ".expected"), as: UTF8.self
    ).split(separator: "\n").map(String.init)
    let lengths = expected.map { $0.split(separator: "\t")[2].contains("+") }
    let told = reading.diagnostics.enumerated().map { index, diagnostic in
      line(diagnostic, withLength: index < lengths.count ? lengths[index] : true)
    }
    #expect(told == expected)
    #expect(reading.document == nil)
    #expect(reading.diagnostics.allSatisfy { !$0.message.isEmpty })
  }

  @Test("there are at least 150 invalid and 60 valid documents")
  func counts() {
    #expect(Fixtures.names("invalid").count >= 150)
    #expect(Fixtures.names("valid").count >= 60)
  }
}

@Suite struct ValidDocumentTests {
  @Test("a document expands to its golden", arguments: Fixtures.names("valid"))
  func expands(name: String) throws {
    let reading = SceneDocument.read(try Fixtures.bytes("valid", name + ".json"))
    #expect(reading.diagnostics.filter { $0.severity == .error }.isEmpty)
    let text = try #require(reading.expandedText)
    if Fixtures.isRecording {
      try Fixtures.write(text, "valid", name + ".expanded.json")
    }
    let golden = String(
      decoding: try Fixtures.bytes("valid", name + ".expanded.json"), as: UTF8.self)
    #expect(text == golden)
  }

  @Test(
    "an expansion is a document that means the same and expands to itself",
    arguments: Fixtures.names("valid"))
  func fixpoint(name: String) throws {
    let first = SceneDocument.read(try Fixtures.bytes("valid", name + ".json"))
    let text = try #require(first.expandedText)
    let second = SceneDocument.read(text)
    #expect(second.diagnostics.filter { $0.severity == .error }.isEmpty)
    #expect(second.document == first.document)
    #expect(second.expandedText == text)
  }
}
