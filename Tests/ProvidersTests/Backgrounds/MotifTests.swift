import Compositing
import Media
import SceneDocument
import Testing

@testable import Providers

@Suite struct MotifTests {
  private func reel(
    _ kind: MotifKind, _ width: Int, _ height: Int, style: String = "dark"
  ) -> MotifReel {
    MotifReel(
      kind, BackgroundLook(topic: .general, style: style), width: width, height: height,
      seed: "seed")
  }

  @Test("every motif is drawn at any size, wholly", arguments: MotifKind.allCases)
  func sizes(kind: MotifKind) {
    for (width, height) in [(16, 16), (2, 2), (4, 2), (2, 90), (108, 192), (130, 34), (160, 90)] {
      let bytes = reel(kind, width, height).picture(at: 0.37).rgba()
      let alphas = stride(from: 3, to: bytes.count, by: 4).map { bytes[$0] }
      #expect(alphas.allSatisfy { $0 == 255 }, "\(kind) \(width)x\(height)")
    }
  }

  @Test(
    "every motif moves, and its last picture leads on to the first", arguments: MotifKind.allCases)
  func loops(kind: MotifKind) {
    let reel = reel(kind, 96, 54)
    let count = 24
    let pictures = (0..<count).map { reel.picture(at: Double($0) / Double(count)).rgba() }
    func distance(_ a: [UInt8], _ b: [UInt8]) -> Double {
      zip(a, b).reduce(0) { $0 + Double(abs(Int($1.0) - Int($1.1))) } / Double(a.count)
    }
    let steps = (1..<count).map { distance(pictures[$0], pictures[$0 - 1]) }
    #expect(
      pictures[0] == reel.picture(at: 1).rgba()
        || distance(pictures[0], reel.picture(at: 1).rgba()) < 0.02)
    #expect(distance(pictures[count - 1], pictures[0]) <= 1.3 * (steps.max() ?? 0))
    #expect(steps.allSatisfy { $0 > 0 }, "\(kind) stands still")
    #expect(distance(pictures[0], pictures[count / 2]) > 0.1, "\(kind) hardly moves")
  }

  @Test("the same motif twice is the same picture", arguments: MotifKind.allCases)
  func steady(kind: MotifKind) {
    let first = reel(kind, 96, 54)
    _ = first.picture(at: 0.9)
    #expect(first.picture(at: 0.2).rgba() == reel(kind, 96, 54).picture(at: 0.2).rgba())
  }

  @Test("titles are readable at the upper left", arguments: ["dark", "light", "dusk"])
  func contrast(style: String) {
    for topic in Topic.allCases {
      let look = BackgroundLook(topic: topic, style: style)
      for kind in topic.motifs {
        let reel = MotifReel(kind, look, width: 160, height: 90, seed: "seed")
        let pixels = reel.picture(at: 0.1).rgba()
        var worst = 21.0
        for y in 7..<33 {
          for x in 8..<95 {
            let at = 4 * (y * 160 + x)
            let color = Color(red: pixels[at], green: pixels[at + 1], blue: pixels[at + 2])
            let (a, b) = (color.luminance, look.text.luminance)
            worst = min(worst, (max(a, b) + 0.05) / (min(a, b) + 0.05))
          }
        }
        #expect(worst >= 4.5, "\(topic) \(kind) \(style): \(worst)")
      }
    }
  }

  @Test("the place of captions is quiet", arguments: MotifKind.allCases)
  func quietCaptions(kind: MotifKind) {
    let pixels = reel(kind, 160, 90).picture(at: 0.6).rgba()
    var steps = 0.0
    for y in 78..<89 {
      for x in 40..<120 {
        let at = 4 * (y * 160 + x)
        steps += Double(abs(Int(pixels[at + 1]) - Int(pixels[at - 3])))
      }
    }
    #expect(steps / Double(11 * 80) < 4)
  }
}
