import Foundation
import GoldenFrames
import SceneDocument
import TestSupport
import Testing

@Suite struct ReferenceTests {
  private func expectDamaged(_ proof: Proof, _ words: String = "", _ what: String = "") {
    do {
      _ = try Golden(reading: proof.golden)
      Issue.record("it was read: \(what)")
    } catch {
      #expect(error.kind == .damaged, "\(error)")
      #expect(
        (words.isEmpty || error.description.contains(words)) && error.description.contains("→"),
        "\(error)")
    }
  }

  @Test("what is written is read again")
  func roundTrip() async throws {
    let proof = try Proof("transition-dip")
    let golden = try Golden(reading: proof.golden)
    let text = String(decoding: try readBytes(proof.golden + "/reference.txt"), as: UTF8.self)
    #expect(golden.reference.text == text)
    #expect(golden.reference.frames.count == 90)
    #expect(golden.reference.scenes.map(\.id) == ["one", "two"])
    #expect(golden.keyFrames.count == golden.reference.keyFrames.count)
  }

  @Test("bits that turn over anywhere are damage, never a crash")
  func mutations() throws {
    let proof = try Proof("sound-mono-44100")
    let bytes = try readBytes(proof.golden + "/reference.txt")
    var random = SeededRandom(7)
    for _ in 0..<150 {
      var changed = bytes
      let place = Int.random(in: 0..<changed.count, using: &random)
      changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      try proof.folder.write(changed, to: proof.name + ".golden/reference.txt")
      expectDamaged(proof, "", "byte \(place)")
    }
  }

  @Test("a text that was cut anywhere is damage")
  func truncation() throws {
    let proof = try Proof("sound-mono-44100")
    let bytes = try readBytes(proof.golden + "/reference.txt")
    for length in stride(from: 0, to: bytes.count, by: bytes.count / 60) {
      try proof.folder.write(bytes.prefix(length), to: proof.name + ".golden/reference.txt")
      expectDamaged(proof, "", "\(length) bytes")
    }
  }

  @Test("lines that make no sense are told by number, though the checksum is right")
  func nonsense() throws {
    let proof = try Proof("transition-dip")
    let text = String(decoding: try readBytes(proof.golden + "/reference.txt"), as: UTF8.self)
    let lines = text.split(separator: "\n").dropLast().map(String.init)
    let words = [
      "frame 0 0", "frame 99999999999999999999 0 x y", "also 1 ", "canvas 0 -4", "layer", "scene",
      "scene x", "second 5 q", "sound a b c d e f", "keys 4 3", "keys 900", "timebase 0 0",
      "tea pot",
      "build 7 x", "transition", "squares", "clip", "",
      "frame 90 90 \(String(repeating: "0", count: 64)) +00000000000000f",
    ]
    for word in words {
      for place in [2, lines.count / 2, lines.count] {
        var changed = lines
        changed.insert(word, at: place)
        let body = changed.joined(separator: "\n") + "\n"
        try proof.folder.write(
          body + "end \(sha256(of: Array(body.utf8)))\n", to: proof.name + ".golden/reference.txt")
        expectDamaged(proof, "", "'\(word)' at \(place)")
      }
    }
  }

  @Test("a golden of a later version says so")
  func laterVersion() throws {
    let proof = try Proof("shapes")
    let text = String(decoding: try readBytes(proof.golden + "/reference.txt"), as: UTF8.self)
    try proof.folder.write(
      text.replacing("reelnode-golden 1", with: "reelnode-golden 2"),
      to: proof.name + ".golden/reference.txt")
    expectDamaged(proof, "another version")
  }

  @Test("a table or key frame that is missing, of another size or altered is damage")
  func pictures() throws {
    let other = try Proof("colour-matrix-range")
    for file in ["squares.png", "frame-00000.png"] {
      let proof = try Proof("shapes")
      let path = proof.golden + "/" + file
      let bytes = try readBytes(path)
      try FileManager.default.removeItem(atPath: path)
      expectDamaged(proof, "missing")
      try writeBytes(bytes.prefix(bytes.count / 2), to: path)
      expectDamaged(proof, file)
      try writeBytes([], to: path)
      expectDamaged(proof, file)
      try writeBytes(try readBytes(other.golden + "/" + file), to: path)
      expectDamaged(proof, file)
      try proof.folder.copy(try ClipForge.still("still.png"), to: "shapes.golden/" + file)
      expectDamaged(proof, file)
      var random = SeededRandom(3)
      for _ in 0..<40 {
        var changed = bytes
        // Beyond the header, whose text chunks may hold anything.
        let place = Int.random(in: 60..<changed.count - 12, using: &random)
        changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        try writeBytes(changed, to: path)
        if (try? Golden(reading: proof.golden)) == nil { expectDamaged(proof, file) }
      }
    }
  }

  @Test("a document without golden is told to be recorded")
  func missing() {
    #expect {
      _ = try Golden(reading: "/nowhere/film.golden")
    } throws: { error in
      (error as? GoldenError)?.kind == .missing && "\(error)".contains("golden record")
    }
  }
}
