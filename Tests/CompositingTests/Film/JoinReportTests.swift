import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

@Suite struct JoinReportTests {
  private static func probe(_ luma: UInt8) throws -> FrameProbe {
    FrameProbe(
      try Canvas(
        width: 64, height: 36, filledWith: Colour(luma: luma, cb: 128, cr: 128)))
  }

  private static func join(_ before: [UInt8], _ after: [UInt8]) throws -> RenderResult.JoinReport {
    try #require(
      RenderResult.JoinReport(
        atFrame: 7, before: try before.map(probe), after: try after.map(probe)))
  }

  @Test("the step is the distance of the two frames that meet")
  func step() throws {
    let join = try Self.join([40, 50], [90, 91])
    #expect(join.maxStep == 40 && join.atFrame == 7)
    #expect(!join.flash && !join.freeze)
  }

  @Test(
    "a frame that is like neither side is a flash",
    arguments: [([50, 51], [200, 52]), ([50, 200], [51, 52])] as [([UInt8], [UInt8])])
  func flash(before: [UInt8], after: [UInt8]) throws {
    #expect(try Self.join(before, after).flash)
  }

  @Test("a cut between two quiet scenes is no flash")
  func cut() throws {
    #expect(try !Self.join([50, 51], [200, 201]).flash)
    #expect(try !Self.join([50, 120], [200, 201]).flash)
  }

  @Test("equal frames on both sides are a freeze, movement on either side is none")
  func freeze() throws {
    #expect(try Self.join([50, 50], [50, 50]).freeze)
    #expect(try !Self.join([49, 50], [50, 50]).freeze)
    #expect(try !Self.join([50, 50], [50, 52]).freeze)
    #expect(try !Self.join([50, 50], [60, 60]).freeze)
  }

  @Test("scenes of one frame are judged by what there is")
  func oneFrame() throws {
    let join = try Self.join([50], [90])
    #expect(join.maxStep == 40 && !join.flash && !join.freeze)
    #expect(
      RenderResult.JoinReport(atFrame: 1, before: [], after: [try Self.probe(1)]) == nil)
  }

  @Test("a probe tells pictures apart and survives being written")
  func written() throws {
    let canvas = try Canvas(width: 64, height: 36)
    try canvas.draw(Overlay(Bitmap(width: 20, height: 20, filledWith: .white), x: 5, y: 5))
    let probe = FrameProbe(canvas)
    #expect(FrameProbe(probe.json) == probe)
    #expect(probe.distance(to: try Self.probe(16)) > 20)
    #expect(FrameProbe("no base64 of a probe!") == nil)
  }

  @Test("missing and repeated samples count at the join that they are near")
  func holes() throws {
    let path = try ClipForge.tone("tone.m4a", options: ["-c:a", "aac"])
    let demuxer = try Demuxer(path: path)
    let stream = try #require(demuxer.firstStream(.audio))
    var holes = SoundHoles(stream)
    let packet = try Packet()
    var number = 0
    while try demuxer.read(into: packet) {
      number += 1
      // One packet is lost, and another one comes twice.
      if number == 11 { continue }
      holes.add(packet)
      if number == 30 { holes.add(packet) }
    }
    // Packet 1 is the encoder's lead-in, packet 2 starts at 0.
    #expect(holes.samples(at: 9 * 1024) == 1024)
    #expect(holes.samples(at: 28 * 1024) == 1024)
    #expect(holes.samples(at: 18 * 1024) == 0)
  }
}
