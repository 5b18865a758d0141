import Compositing
import GoldenFrames
import Media
import SceneDocument
import TestSupport

/// A mistake that a compositor could make, put into a golden film.
struct Defect: Sendable, CustomStringConvertible {
  /// How it is put in.
  enum Change: Sendable {
    /// Another document: replace this by that.
    case document(String, String)
    /// A file in place of one of the media: its name, and `ffmpeg` arguments that make it from that one.
    case media(String, [String])
    /// Another reading of the document.
    case reading(@Sendable (inout RenderRequest) -> Void)
    /// Other frames or samples after composing.
    case frames(@Sendable (Int) -> Int)
    case samples(@Sendable (PackedPicture) -> PackedPicture)
  }

  var name: String
  /// The golden film that it is put into.
  var film: String
  var change: Change
  /// What `explain` must name.
  var names: String?

  var description: String { name }

  func film(in proof: Proof) async throws -> AlteredFilm {
    switch change {
    case .document(let old, let new): try proof.edit(old, new)
    case .media(let name, let arguments):
      let made = proof.folder.file("made-" + name)
      try Tool.ffmpeg(["-i", proof.folder.file("media/" + name)] + arguments + [made])
      try proof.folder.copy(made, to: "media/" + name)
    default: break
    }
    var film = try await proof.film()
    if case .reading(let change) = change {
      var request = film.request
      change(&request)
      film = Film(request)
    }
    var altered = AlteredFilm(film: film)
    if case .frames(let source) = change { altered.source = source }
    if case .samples(let change) = change { altered.change = change }
    return altered
  }
}

extension Defect {
  static let all: [Defect] = placing + edges + timing + colour + mixing + text + sound

  private static let placing = [
    Defect(
      name: "layer 1 px to the right", film: "fit-fill",
      change: .document(
        #""fit": "fill""#, #""fit": "fill", "x": "97px", "y": "50%", "anchor": "center""#),
      names: "picture"),
    Defect(
      name: "layer 2 px wider", film: "fit-fill",
      change: .document("[0.5, 0.8]", #"["98px", 0.8]"#), names: "picture"),
    Defect(
      name: "another point kept in view", film: "fit-cover-focus",
      change: .document("[0.8, 0.5]", "[0.78, 0.5]"), names: "picture"),
    Defect(
      name: "crop 1 % off", film: "crop",
      change: .document("[0.1, 0.2, 0.3, 0.05]", "[0.11, 0.2, 0.3, 0.05]"), names: "picture"),
    Defect(
      name: "turned half a degree more", film: "rotate-opacity",
      change: .document(#""rotate": 17"#, #""rotate": 17.5"#), names: "turned"),
    Defect(
      name: "Lanczos in place of bicubic", film: "background-loop",
      change: .media(
        "short.mp4",
        [
          "-vf", "scale=192:108:flags=lanczos+accurate_rnd+full_chroma_int", "-c:v", "libx264",
          "-qp", "0", "-preset", "ultrafast", "-bf", "0",
        ]), names: "one/background"),
  ]

  private static let edges = [
    Defect(
      name: "mask with a hard edge", film: "mask-asset",
      change: .media("star.png", ["-vf", "lut=y='255*gte(val,128)'"]), names: "star"),
    Defect(
      name: "border 1 px thinner", film: "mask-circle-border",
      change: .document(#""width": "2vmin""#, #""width": "1.16px""#), names: "one/avatar"),
    Defect(
      name: "corner radius 1 px smaller", film: "mask-rounded-shadow",
      change: .document(#""radius": "8vmin""#, #""radius": "7.64px""#), names: "card"),
    Defect(
      name: "shadow missing", film: "mask-rounded-shadow",
      change: .document(#""opacity": 0.7"#, #""opacity": 0"#), names: "card"),
    Defect(
      name: "key a little tighter", film: "key-green",
      change: .document(##""color": "#00B140""##, ##""color": "#00B140", "tolerance": 0.14"##),
      names: "one/avatar"),
  ]

  private static let timing = [
    Defect(
      name: "background one frame late", film: "mask-circle-border",
      change: .reading { $0.layer("one/background") { $0.delay(by: 1) } }, names: "one/background"),
    Defect(name: "all one frame late", film: "when-short", change: .frames { $0 - 1 }),
    Defect(
      name: "a frame dropped", film: "enter-exit-slides", change: .frames { $0 < 60 ? $0 : $0 + 1 }),
    Defect(name: "a frame repeated", film: "crop", change: .frames { $0 == 40 ? 39 : $0 }),
    Defect(
      name: "another ease", film: "still-ken-burns-in",
      change: .document(#""ease": "in-out""#, #""ease": "linear""#), names: "one/background"),
    Defect(
      name: "transition one frame longer", film: "transition-crossfade-hold",
      change: .document(#""duration": 0.6"#, #""duration": "19f""#), names: "two"),
    Defect(
      name: "overlay gone one frame early", film: "overlay-over-scenes",
      change: .document(#""to": 2.6"#, #""to": "77f""#), names: "logo"),
  ]

  private static let colour = [
    Defect(
      name: "matrix of BT.601 for BT.709", film: "colour-matrix-range",
      change: .document(
        #""path": "media/bars-bt709.mkv" }"#,
        #""path": "media/bars-bt709.mkv", "color": { "matrix": "bt601" } }"#), names: "bt709"),
    Defect(
      name: "full range read as limited", film: "colour-matrix-range",
      change: .reading { $0.layer("full") { $0.read(range: "tv") } }, names: "full"),
    Defect(
      name: "Cb and Cr exchanged", film: "fit-contain", change: .samples { $0.exchangingChroma() }),
    Defect(
      name: "chroma one sample to the right", film: "fit-contain",
      change: .samples { $0.movingChroma() }),
    Defect(
      name: "luma 2 too high", film: "shapes", change: .samples { $0.lifted(by: 2) }),
    Defect(
      name: "dip through another white", film: "transition-dip",
      change: .document("#FFFFFF\" }\n", "#F8F8F8\" }\n"), names: "two"),
  ]

  private static let mixing = [
    Defect(
      name: "opacity 98 %", film: "mask-circle-border",
      change: .document(#""mask": "circle""#, #""mask": "circle", "opacity": 0.98"#),
      names: "one/avatar"),
    Defect(
      name: "normal in place of multiply", film: "blend-multiply-screen",
      change: .document(#""blend": "multiply""#, #""blend": "normal""#), names: "multiply"),
    Defect(
      name: "alpha multiplied twice", film: "alpha-premultiplied",
      change: .document(#""alpha": "premultiplied""#, #""alpha": "straight""#), names: "fade"),
    Defect(
      name: "layers in another order", film: "alpha-straight",
      change: .reading { $0.timeline.scenes[0].picture.layers.swapAt(1, 2) }, names: "one"),
  ]

  private static let text = [
    Defect(
      name: "caption without its stroke", film: "captions-line",
      change: .reading { $0.layer("one/captions") { $0.outline(nil) } }, names: "one/captions"),
    Defect(
      name: "stroke of a caption half as wide", film: "captions-srt",
      change: .reading { $0.layer("one/captions") { $0.outline(0.5) } }, names: "one/captions"),
    Defect(
      name: "word lit one frame late", film: "captions-karaoke",
      change: .reading {
        $0.layer("one/captions") { layer in
          layer.from += 1
          layer.to += 1
        }
      }, names: "one/captions"),
    Defect(
      name: "another letter", film: "text-korean", change: .document("타고파\" }", "타고과\" }"),
      names: "one/title_card"),
  ]

  private static let sound = [
    Defect(
      name: "sound 10 ms late", film: "sound-mono-44100",
      change: .reading { $0.timeline.sound.clips[0].start += 441 }, names: "voice"),
    Defect(
      name: "sound 0.5 dB louder", film: "sound-mix-fades",
      change: .document(#""gain_db": 2"#, #""gain_db": 2.5"#), names: "voice"),
    Defect(
      name: "fade 50 ms shorter", film: "sound-mix-fades",
      change: .document(#""fade_out": 0.5"#, #""fade_out": 0.45"#), names: "song"),
    Defect(
      name: "ducking 1 dB less", film: "sound-duck-loudness",
      change: .document(#""by_db": -14"#, #""by_db": -13"#), names: "song"),
    Defect(
      name: "left and right exchanged", film: "sound-mix-fades",
      change: .media(
        "song.flac", ["-af", "pan=stereo|c0=c1|c1=c0", "-c:a", "flac", "-sample_fmt", "s16"]),
      names: "song"),
  ]
}

extension RenderRequest {
  /// Changes the layer with this name in every scene.
  fileprivate mutating func layer(_ name: String, _ change: (inout PictureLayer) -> Void) {
    for scene in timeline.scenes.indices {
      for layer in timeline.scenes[scene].picture.layers.indices
      where timeline.scenes[scene].picture.layers[layer].name == name {
        change(&timeline.scenes[scene].picture.layers[layer])
      }
    }
  }
}

extension PictureLayer {
  fileprivate mutating func delay(by frames: Int) {
    guard case .asset(let asset, var timing) = content else { return }
    timing.first += frames
    content = .asset(asset, timing)
  }

  /// The stroke of text this many times as wide, or none.
  fileprivate mutating func outline(_ factor: Double?) {
    guard case .text(var text) = content else { return }
    for line in text.lines.indices {
      guard let factor else {
        text.lines[line].outline = nil
        continue
      }
      text.lines[line].outline?.width *= factor
    }
    content = .text(text)
  }

  fileprivate mutating func read(range: String) {
    guard case .asset(var asset, let timing) = content else { return }
    asset.range = range
    content = .asset(asset, timing)
  }
}

extension PackedPicture {
  fileprivate func with(_ samples: [UInt8]) -> PackedPicture {
    PackedPicture(width: width, height: height, samples: samples) ?? self
  }

  fileprivate func exchangingChroma() -> PackedPicture {
    let (cb, cr) = (plane(1).start, plane(2).start)
    return with(Array(samples[..<cb]) + samples[cr...] + samples[cb..<cr])
  }

  fileprivate func movingChroma() -> PackedPicture {
    var moved = samples
    for index in 1...2 {
      let plane = plane(index)
      for y in 0..<plane.height {
        let row = plane.start + y * plane.width
        moved.replaceSubrange(
          row + 1..<row + plane.width, with: samples[row..<row + plane.width - 1])
      }
    }
    return with(moved)
  }

  fileprivate func lifted(by amount: UInt8) -> PackedPicture {
    let cb = plane(1).start
    return with(samples[..<cb].map { $0 + min(amount, 255 - $0) } + samples[cb...])
  }
}
