internal import CFlite
internal import Glibc

/// Flite with its voices, which stay loaded. Not thread-safe: one utterance at a time.
@safe
final class FliteLibrary {
  /// Voices that are built in, the usual one first.
  static let voices = ["slt", "rms"]

  /// What the library was asked for and could not do.
  struct Failure: Error {
    var reason: String
  }

  /// One text spoken.
  struct Utterance {
    /// One channel.
    var samples: [Int16]
    var rate: Int
    /// Names of sounds, as the library calls them, with their ends in seconds.
    var segments: [(name: String, end: Double)] = []
    /// Pieces of the text between spaces, without punctuation, with the seconds at which they begin; nil for those that
    /// are not heard.
    var tokens: [(name: String, start: Double?)] = []
  }

  private let voice: UnsafeMutablePointer<cst_voice>

  /// Throws `Failure` for a voice that is not there.
  init(voice name: String) throws(Failure) {
    flite_init()
    let voice: UnsafeMutablePointer<cst_voice>?
    switch name {
    case "slt": unsafe voice = register_cmu_us_slt(nil)
    case "rms": unsafe voice = register_cmu_us_rms(nil)
    default: unsafe voice = nil
    }
    guard let voice = unsafe voice else {
      throw Failure(reason: "there is no voice '\(name)'")
    }
    unsafe self.voice = voice
    // Breath is noise of the C library's generator.
    srand(1)
  }

  /// Speaks a text without markup; `stretch` makes it slower above 1.
  func speak(_ text: String, stretch: Float) throws(Failure) -> Utterance {
    unsafe flite_feat_set_float(voice.pointee.features, "duration_stretch", stretch)
    guard let utterance = unsafe flite_synth_text(text, voice) else {
      throw Failure(reason: "Flite failed at a sentence of the text")
    }
    defer { unsafe delete_utterance(utterance) }
    guard let value = unsafe feat_val(utterance.pointee.features, "wave"),
      let wave = unsafe val_wave(value)
    else { throw Failure(reason: "Flite made no sound of a sentence of the text") }
    let count = unsafe Int(wave.pointee.num_samples)
    var result = Utterance(
      samples: unsafe Array(UnsafeBufferPointer(start: wave.pointee.samples, count: count)),
      rate: unsafe Int(wave.pointee.sample_rate))
    unsafe Self.each("Segment", of: utterance) { item in
      unsafe result.segments.append((Self.name(item), Double(item_feat_float(item, "end"))))
    }
    unsafe Self.each("Token", of: utterance) { item in
      unsafe result.tokens.append((Self.name(item), Self.start(ofToken: item)))
    }
    return result
  }

  private static func each(
    _ relation: String, of utterance: UnsafeMutablePointer<cst_utterance>,
    _ body: (UnsafeMutablePointer<cst_item>) -> Void
  ) {
    guard unsafe utt_relation_present(utterance, relation) != 0 else { return }
    var item = unsafe relation_head(utt_relation(utterance, relation))
    while let current = unsafe item {
      unsafe body(current)
      unsafe item = item_next(current)
    }
  }

  private static func name(_ item: UnsafeMutablePointer<cst_item>) -> String {
    unsafe item_feat_string(item, "name").map { unsafe String(cString: $0) } ?? ""
  }

  /// The end of the sound before the first sound of the first word that has one.
  private static func start(ofToken token: UnsafeMutablePointer<cst_item>) -> Double? {
    var word = unsafe item_daughter(token)
    while let current = unsafe word {
      let path = "R:SylStructure.daughter.daughter.R:Segment"
      if let segment = unsafe flite_path_to_item(current, path) {
        guard let before = unsafe item_prev(segment) else { return 0 }
        return Double(unsafe item_feat_float(before, "end"))
      }
      unsafe word = item_next(current)
    }
    return nil
  }
}
