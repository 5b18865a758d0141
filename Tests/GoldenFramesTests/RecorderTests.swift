import Compositing
import Foundation
import GoldenFrames
import Media
import Synchronization
import TestSupport
import Testing

@Suite struct RecorderTests {
  @Test("recording again changes no byte, on any number of jobs", arguments: [1, 2, 8])
  func again(jobs: Int) async throws {
    for name in ["enter-exit-slides", "sound-duck-loudness"] {
      let proof = try Proof(name)
      let files = try FileManager.default.contentsOfDirectory(atPath: proof.golden).sorted()
      let before = try files.map { try readBytes(proof.golden + "/" + $0) }
      let outcome = try await proof.recorder(jobs: jobs).record(proof.film(), into: proof.golden)
      #expect(outcome.changedFrames == 0 && !outcome.soundChanged)
      #expect(try FileManager.default.contentsOfDirectory(atPath: proof.golden).sorted() == files)
      #expect(try files.map { try readBytes(proof.golden + "/" + $0) } == before)
    }
  }

  @Test("nothing is recorded or accepted where CI is set")
  func ci() async throws {
    let proof = try Proof("shapes")
    let before = try readBytes(proof.golden + "/reference.txt")
    var recorder = proof.recorder()
    recorder.environment = ["CI": "true"]
    let film = try await proof.film()
    await #expect {
      _ = try await recorder.record(film, into: proof.golden)
    } throws: {
      ($0 as? GoldenError)?.kind == .refused && "\($0)".contains("CI=true")
    }
    await #expect {
      _ = try await recorder.accept(film, into: Golden(reading: proof.golden))
    } throws: {
      ($0 as? GoldenError)?.kind == .refused
    }
    #expect(try readBytes(proof.golden + "/reference.txt") == before)
    recorder.environment = ["CI": ""]
    _ = try await recorder.record(film, into: proof.golden)
  }

  @Test("a film that is not the same twice is refused, and the golden before it stays")
  func notReproducible() async throws {
    let proof = try Proof("shapes")
    let before = try readBytes(proof.golden + "/reference.txt")
    let count = Mutex(0)
    let film = try await proof.film().altered { picture in
      let number = count.withLock { count in
        count += 1
        return count
      }
      return number == 100 ? picture.brighter(by: 1) : picture
    }
    await #expect {
      _ = try await proof.recorder().record(film, into: proof.golden)
    } throws: {
      ($0 as? GoldenError)?.kind == .notReproducible
    }
    #expect(try readBytes(proof.golden + "/reference.txt") == before)
  }

  /// As if the golden had been recorded by another build, whose pictures and sound differ by nothing that is seen.
  private func foreign(_ proof: Proof) async throws -> Golden {
    let film = try await proof.film().altered { $0.brighter(by: 1) }
    _ = try await proof.recorder().record(film, into: proof.golden)
    var reference = try Golden(reading: proof.golden).reference
    reference.builds = ["reelnode-compositor/1; libavcodec 60.0.0; x86_64"]
    try proof.folder.write(reference.text, to: proof.name + ".golden/reference.txt")
    return try Golden(reading: proof.golden)
  }

  @Test("another build's golden tolerates what nobody sees; once accepted, it is exact on both")
  func accept() async throws {
    let proof = try Proof("shapes")
    let golden = try await foreign(proof)
    let film = try await proof.film()
    let before = try await GoldenChecker(golden).check(film)
    #expect(before.tier == .tolerant && before.isMatch && before.toleratedFrames == 90)
    #expect(try await proof.recorder().accept(film, into: golden) == 90)
    let both = try Golden(reading: proof.golden)
    #expect(both.reference.builds.count == 2)
    let after = try await GoldenChecker(both).check(film)
    #expect(after.tier == .exact && after.isMatch && after.frames.isEmpty)
    let other = film.altered { $0.brighter(by: 1) }
    #expect(try await GoldenChecker(both).check(other).isMatch)
    await #expect("this build is in it already") {
      _ = try await proof.recorder().accept(film, into: both)
    } throws: {
      ($0 as? GoldenError)?.kind == .refused
    }
  }

  @Test("a build that differs visibly is not accepted")
  func refused() async throws {
    let proof = try Proof("shapes")
    let golden = try await foreign(proof)
    let film = try await proof.film().altered { $0.brighter(by: 9) }
    await #expect {
      _ = try await proof.recorder().accept(film, into: golden)
    } throws: {
      ($0 as? GoldenError)?.kind == .refused && "\($0)".contains("differs by more")
    }
  }

  @Test("key frames named by hand are kept, and old ones go")
  func keyFrames() async throws {
    let proof = try Proof("shapes")
    try proof.folder.write(#"{"key_frames": [7, 70]}"#, to: "shapes.golden/golden.json")
    _ = try await proof.recorder().record(proof.film(), into: proof.golden)
    let files = try FileManager.default.contentsOfDirectory(atPath: proof.golden).sorted()
    #expect(
      files == [
        "frame-00007.png", "frame-00070.png", "golden.json", "reference.txt", "squares.png",
      ])
    try proof.folder.write(#"{"key_frames": [90]}"#, to: "shapes.golden/golden.json")
    await #expect {
      _ = try await proof.recorder().record(proof.film(), into: proof.golden)
    } throws: {
      ($0 as? GoldenError)?.kind == .settings && "\($0)".contains("90")
    }
  }

  @Test("every layer, its coming and going and every transition are in some key frame")
  func choice() throws {
    for (name, frames) in [("enter-exit-pop-fade", 4), ("transition-wipes", 5)] {
      let golden = try Golden(reading: Proof.fixtures + "/\(name).golden")
      #expect(golden.reference.keyFrames.count >= frames)
    }
  }
}
