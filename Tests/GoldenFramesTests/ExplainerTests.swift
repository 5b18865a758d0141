import Compositing
import GoldenFrames
import Media
import TestSupport
import Testing

@Suite struct ExplainerTests {
  private func explanation(
    _ name: String, _ film: (Proof) async throws -> some FilmFrames
  ) async throws -> Explanation {
    let proof = try Proof(name)
    let film = try await film(proof)
    let explanation = try await Explainer(proof.verdict(film)).explain(film)
    withExtendedLifetime(proof) {}
    return explanation
  }

  @Test("a value that changed is told with what it was")
  func value() async throws {
    let found = try await explanation("mask-circle-border") { proof in
      try proof.edit(#""mask": "circle""#, #""mask": "circle", "opacity": 0.98"#)
      return try await proof.film()
    }
    #expect(found.causes.map(\.text) == ["layer 'one/avatar': opacity 1 → 0.98"])
    #expect(found.causes[0].changes.map(\.description) == ["opacity 1 → 0.98"])
    #expect(found.causes[0].share == 1)
  }

  @Test("of several changes the one that decides the pixels is told first")
  func order() async throws {
    let found = try await explanation("shapes") { proof in
      // The first hardly shows.
      try proof.edit("#C8402F", "#C8442F")
      try proof.edit("#37A45C", "#A4375C")
      return try await proof.film()
    }
    #expect(found.causes.map(\.layer) == ["circle", "rect"])
  }

  @Test("a layer that is gone, or new, is named")
  func layers() async throws {
    let gone = try await explanation("alpha-straight") { proof in
      var request = try await proof.film().request
      request.timeline.scenes[0].picture.layers.removeAll { $0.name == "fade" }
      return Film(request)
    }
    #expect(gone.causes.first?.kind == .removed && gone.causes.first?.layer == "fade")
    let new = try await explanation("alpha-straight") { proof in
      var request = try await proof.film().request
      var layer = request.timeline.scenes[0].picture.layers[1]
      (layer.name, layer.box.x) = ("twin", 100)
      request.timeline.scenes[0].picture.layers.append(layer)
      return Film(request)
    }
    #expect(new.causes.first?.kind == .added && new.causes.first?.layer == "twin")
  }

  @Test("a layer described as before with other pixels is found by leaving it out")
  func pixels() async throws {
    let found = try await explanation("rotate-opacity") { proof in
      // Brighter where the layer 'quarter' lies, and nowhere else.
      try await proof.film().altered { picture in
        var samples = picture.samples
        for y in 30..<78 { for x in 130..<157 { samples[y * 192 + x] &+= 9 } }
        return PackedPicture(width: 192, height: 108, samples: samples) ?? picture
      }
    }
    let cause = try #require(found.causes.first)
    #expect(cause.kind == .pixels && cause.layer == "quarter", "\(cause.text)")
    #expect(cause.text.contains("described as before"))
  }

  @Test("frames that come later or earlier are counted", arguments: [-3, -1, 1, 2])
  func shift(by count: Int) async throws {
    let found = try await explanation("background-loop") { proof in
      AlteredFilm(film: try await proof.film(), source: { $0 - count })
    }
    #expect(found.shift == count)
    #expect(found.text.contains(count > 0 ? "later than recorded" : "earlier than recorded"))
  }

  @Test("sound that comes later or louder is measured")
  func sound() async throws {
    let proof = try Proof("sound-mono-44100")
    var late = try await proof.film().request
    late.timeline.sound.clips[0].start += 441
    // Before the loudness is brought to its target, which would hide it.
    late.timeline.sound.loudness = nil
    var plain = late
    plain.timeline.sound.clips[0].start -= 441
    let folder = proof.folder.file("plain.golden")
    _ = try await proof.recorder().record(Film(plain), into: folder)
    let golden = try Golden(reading: folder)
    let shift = try #require(try await GoldenChecker(golden).check(Film(late)).sound)
    #expect(shift.shiftMS == 10, "\(shift.text)")
    var loud = plain
    loud.timeline.sound.clips[0].gainDB += 0.5
    let gain = try #require(try await GoldenChecker(golden).check(Film(loud)).sound)
    #expect(abs((gain.gainDB ?? 0) - 0.5) < 0.01, "\(gain.text)")
  }

  @Test("a film of another size, rate or length is told as such")
  func shape() async throws {
    let proof = try Proof("shapes")
    try proof.edit("[192, 108]", "[96, 54]")
    let small = try await proof.verdict(proof.film())
    #expect(small.shape == ["the film is 96 × 54, the golden 192 × 108"])
    #expect(small.frames.isEmpty && !small.isMatch)
    let other = try Proof("shapes")
    try other.edit(#""duration": 3"#, #""duration": 2"#)
    let short = try await other.verdict(other.film())
    #expect(short.shape == ["the film has 60 frames, the golden 90"])
    let third = try Proof("shapes")
    try third.edit(#""fps": 30"#, #""fps": 25"#)
    let slow = try await third.verdict(third.film())
    #expect(slow.shape.first?.contains("25/1 frames a second") == true)
  }
}
