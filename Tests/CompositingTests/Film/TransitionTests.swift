import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

/// What is seen of two scenes where one takes over from the other.
@Suite struct TransitionTests {
  /// White, then black; the second scene begins with frame 10.
  private static func shots(_ transition: String, _ frames: ClosedRange<Int>) throws -> [Shot] {
    let studio = try FilmStudio()
    let document = studio.document(
      ##"{"id": "a", "duration": "10f", "background": "#ffffff"}, {"id": "b", "duration": "10f", "background": "#000000", "transition": \##(transition)}"##
    )
    #expect(try studio.request(document).timeline.frames == 20)
    return try studio.composed(document, Array(frames))
  }

  @Test("a dip goes to its colour in its middle and comes out of it")
  func dip() throws {
    let shots = try Self.shots(
      ##"{"kind": "dip", "duration": "3f", "color": "#ff0000"}"##, 9...13)
    let red = Pixel(luma: 63, cb: 102, cr: 240)
    #expect(shots[0].pixel(30, 18).luma == 235)
    // Halfway from white to red, red, halfway from red to black.
    #expect(shots[1].pixel(30, 18).isNear(Pixel(luma: 149, cb: 115, cr: 184), within: 1))
    #expect(shots[2].pixel(30, 18).isNear(red, within: 1))
    #expect(shots[3].pixel(30, 18).isNear(Pixel(luma: 39, cb: 115, cr: 184), within: 1))
    #expect(shots[4].pixel(30, 18).luma == 16)
  }

  @Test(
    "a wipe's edge moves the way it is named for, as far as the time that is over",
    arguments: ["left", "right", "up", "down"])
  func wipe(edge: String) throws {
    let shots = try Self.shots(#"{"kind": "wipe-\#(edge)", "duration": "3f"}"#, 9...13)
    #expect(shots[0].whiteArea == 64 * 36)
    #expect(shots[4].whiteArea == 0)
    for (number, shot) in shots[1...3].enumerated() {
      let share = Double(3 - number) / 4
      // Edges are on even pixels.
      let isAcross = edge == "left" || edge == "right"
      #expect(abs(shot.whiteArea / (64 * 36) - share) <= (isAcross ? 2.0 / 64 : 2.0 / 36))
      // What goes out lies on the side that the edge has not reached.
      let middle = shot.whiteMiddle
      switch edge {
      case "left": #expect(middle.x < 32 && shot.luma(0, 0) == 235 && shot.luma(63, 35) == 16)
      case "right": #expect(middle.x > 31 && shot.luma(63, 35) == 235 && shot.luma(0, 0) == 16)
      case "up": #expect(middle.y < 18 && shot.luma(0, 0) == 235 && shot.luma(63, 35) == 16)
      default: #expect(middle.y > 17 && shot.luma(63, 35) == 235 && shot.luma(0, 0) == 16)
      }
      // Chroma turns with luma: nothing of either colour is left on the other side.
      #expect(shot.planes[1].allSatisfy { $0 == 128 })
    }
  }

  @Test("an outgoing background runs on or is held; what lies over it is held")
  func runOn() throws {
    let studio = try FilmStudio([
      "count": try ClipForge.numbered(.h264)
    ])
    func document(_ outgoing: String, second: String = "12f") -> String {
      studio.document(
        ##"{"id": "a", "duration": "12f", "background": {"asset": "count"}, "layers": [{"asset": "count", "size": [0.3, 0.3], "x": 0.8, "y": 0.8}]}, {"id": "b", "duration": "12f", "background": {"asset": "count"}, "transition": {"kind": "wipe-up", "duration": "4f", "outgoing": "\##(outgoing)"}}"##
      )
    }
    // The whole clip in one scene, for comparison.
    let plain = studio.document(
      #"{"id": "a", "duration": "24f", "background": {"asset": "count"}}"#)
    let clip = try studio.composed(plain, Array(0..<24))
    let held = try studio.composed(document("hold"), Array(11..<16))
    let running = try studio.composed(document("run-on"), Array(11..<16))
    #expect(held[0] == running[0])
    // The upper rows still show the outgoing scene; its layer is in the right half.
    func left(_ shot: Shot, _ rows: Int) -> [UInt8] {
      (0..<rows).flatMap { shot.planes[0][$0 * 64..<$0 * 64 + 32] }
    }
    for index in 1...4 {
      let rows = 36 - (36 * index / 5 & ~1)
      #expect(left(held[index], rows) == left(clip[11], rows), "frame \(index)")
      #expect(left(running[index], rows) == left(clip[11 + index], rows), "frame \(index)")
    }
    #expect(left(running[1], 30) != left(held[1], 30))
    // The layer over the background stays as it was: in the first frame its rows are not wiped yet.
    let (x, y) = (51, 27)
    #expect(running[1].luma(x, y) == held[1].luma(x, y))
  }

  @Test("a change of the outgoing picture or of the transition changes the window's key alone")
  func keys() throws {
    let studio = try FilmStudio()
    func keys(_ transition: String, first: String = "#ffffff") throws -> [String] {
      let document = studio.document(
        ##"{"id": "a", "duration": "30f", "background": "\##(first)"}, {"id": "b", "duration": "30f", "background": "#000000", "transition": \##(transition)}"##
      )
      return RenderPlan(try studio.request(document)).segments.map(\.key)
    }
    let plain = try keys(#"{"kind": "crossfade", "duration": "8f"}"#)
    #expect(plain.count == 3)
    for other in [
      try keys(#"{"kind": "dip", "duration": "8f"}"#),
      try keys(#"{"kind": "wipe-left", "duration": "8f"}"#),
      try keys(#"{"kind": "wipe-right", "duration": "8f"}"#),
    ] {
      #expect(other[0] == plain[0] && other[1] != plain[1] && other[2] == plain[2])
    }
    let recoloured = try keys(#"{"kind": "crossfade", "duration": "8f"}"#, first: "#fefefe")
    #expect(recoloured[0] != plain[0] && recoloured[1] != plain[1] && recoloured[2] == plain[2])
  }
}
