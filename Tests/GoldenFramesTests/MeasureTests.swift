import Foundation
import GoldenFrames
import Media
import TestSupport
import Testing

@Suite struct MeasureTests {
  private func picture(_ seed: UInt64, width: Int = 70, height: Int = 38) throws -> PackedPicture {
    var random = SeededRandom(seed)
    let count = PackedPicture.count(width: width, height: height)
    return try #require(
      PackedPicture(
        width: width, height: height,
        samples: (0..<count).map { _ in UInt8.random(in: 16...235, using: &random) }))
  }

  @Test(
    "a picture goes onto a canvas, into a PNG and back unchanged", arguments: [(70, 38), (16, 16)])
  func roundTrips(width: Int, height: Int) throws {
    let picture = try picture(1, width: width, height: height)
    #expect(PackedPicture(try picture.canvas()) == picture)
    let folder = try TempFolder()
    let mosaic = try #require(picture.mosaic())
    let path = try folder.write(try mosaic.png(), to: "a.png")
    #expect(PackedPicture(mosaic: try GrayImage(readingPNG: path)) == picture)
  }

  @Test("sixteen bits survive a PNG")
  func deepPNG() throws {
    let samples = (0..<600).map { UInt16($0 * 109) }
    let image = try #require(GrayImage(width: 30, height: 20, samples: samples))
    let folder = try TempFolder()
    let path = try folder.write(try image.png(), to: "a.png")
    #expect(try GrayImage(readingPNG: path).samples == samples)
  }

  @Test("a difference is measured where it is")
  func difference() throws {
    let picture = try picture(2)
    #expect(PictureDifference(picture, picture).worst == nil)
    #expect(PictureDifference(picture, picture).psnr == .infinity)
    var samples = picture.samples
    samples[20 * 70 + 40] += 5
    samples[picture.plane(2).start] -= 1
    let other = try #require(PackedPicture(width: 70, height: 38, samples: samples))
    let difference = PictureDifference(picture, other)
    #expect((difference.differing, difference.overOne, difference.largest) == (2, 1, 5))
    #expect(difference.squares == 26)
    let worst = try #require(difference.worst)
    #expect((worst.plane, worst.x, worst.y) == (0, 32, 16))
    #expect(worst.meanSquare == 25.0 / 256)
  }

  @Test("what pixels may differ by never makes the squares fail", arguments: 1...20)
  func squaresAreSound(seed: UInt64) async throws {
    let proof = try Proof("shapes")
    let random = try picture(seed, width: 192, height: 108)
    let noise = random.samples.map { Int($0 % 3) - 1 }
    let film = try await proof.film().altered { picture in
      let samples = zip(picture.samples, noise).map { UInt8(min(max(Int($0) + $1, 0), 255)) }
      return PackedPicture(width: 192, height: 108, samples: samples) ?? picture
    }
    // Off by 1 all over, upwards everywhere in one half of the seeds.
    let raised = try await proof.film().altered { $0.brighter(by: 1) }
    let tested = seed.isMultiple(of: 2) ? film : raised
    let verdict = try await proof.verdict(tested, tier: .tolerant)
    #expect(verdict.isMatch && verdict.toleratedFrames == 90, "\(verdict.summary)")
    #expect(try await !proof.verdict(tested, tier: .exact).isMatch)
  }

  @Test("the hash of a brighter or noisier picture is near, that of another one far")
  func hash() async throws {
    let proof = try Proof("background-loop")
    let golden = try Golden(reading: proof.golden)
    let notes = golden.reference.frames
    #expect(notes[10].hash.distance(to: notes[11].hash) <= 8)
    let shapes = try Proof("shapes")
    let other = try Golden(reading: shapes.golden)
    #expect(notes[10].hash.distance(to: other.reference.frames[10].hash) >= 16)
    let film = try await proof.film().altered { $0.brighter(by: 6) }
    let verdict = try await proof.verdict(film)
    #expect(verdict.failures.allSatisfy { $0.hashDistance <= 6 })
    withExtendedLifetime((proof, shapes)) {}
  }
}

extension PackedPicture {
  /// Luma and chroma raised.
  func brighter(by amount: UInt8) -> PackedPicture {
    PackedPicture(
      width: width, height: height, samples: samples.map { $0 + min(amount, 255 - $0) }) ?? self
  }
}
