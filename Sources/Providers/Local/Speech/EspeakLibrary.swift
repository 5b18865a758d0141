internal import CEspeak
internal import Glibc
internal import Synchronization

/// eSpeak NG, loaded for one utterance.
///
/// The library keeps state that no call of it resets: the phase of its pitch's flutter, pauses left over. So it is loaded
/// for each utterance and unloaded after it, and the same text gives the same samples whatever was spoken before. It is
/// therefore not linked; C functions are found by name. Not thread-safe: one at a time in a process.
@safe
final class EspeakLibrary {
  typealias Callback =
    @convention(c) (
      UnsafeMutablePointer<Int16>?, Int32, UnsafeMutablePointer<espeak_EVENT>?
    ) -> Int32
  private typealias Initialize =
    @convention(c) (espeak_AUDIO_OUTPUT, Int32, UnsafePointer<CChar>?, Int32) -> Int32
  private typealias SetCallback = @convention(c) (Callback?) -> Void
  private typealias SetVoice = @convention(c) (UnsafePointer<CChar>?) -> espeak_ERROR
  private typealias SetParameter =
    @convention(c) (espeak_PARAMETER, Int32, Int32) -> espeak_ERROR
  private typealias ListVoices =
    @convention(c) (UnsafeMutablePointer<espeak_VOICE>?) -> UnsafeMutablePointer<
      UnsafePointer<espeak_VOICE>?
    >?
  private typealias Synthesize =
    @convention(c) (
      UnsafeRawPointer?, Int, UInt32, espeak_POSITION_TYPE, UInt32, UInt32,
      UnsafeMutablePointer<UInt32>?, UnsafeMutableRawPointer?
    ) -> espeak_ERROR
  private typealias Terminate = @convention(c) () -> espeak_ERROR

  /// What the library was asked for and could not do.
  struct Failure: Error {
    var reason: String
  }

  /// What is heard while a text is spoken.
  protocol Listener: AnyObject {
    /// True ends the utterance.
    func heard(_ samples: [Int16]) -> Bool
    /// A word of the text begins: the position of its first scalar, and the sample of this passage.
    func word(at position: Int, sample: Int)
    /// A sound begins; empty for silence, `(en)` where another language begins.
    func sound(_ symbol: String, sample: Int)
  }

  private let handle: UnsafeMutableRawPointer
  let rate: Int

  /// Throws `Failure` where the library or its data are not installed.
  init() throws(Failure) {
    guard let handle = unsafe dlopen("libespeak-ng.so.1", RTLD_NOW | RTLD_LOCAL) else {
      throw Failure(reason: "libespeak-ng.so.1 cannot be loaded")
    }
    unsafe self.handle = handle
    let initialize = unsafe Self.find("espeak_Initialize", in: handle, as: Initialize.self)
    let setCallback = unsafe Self.find("espeak_SetSynthCallback", in: handle, as: SetCallback.self)
    let options =
      espeakINITIALIZE_PHONEME_EVENTS | espeakINITIALIZE_PHONEME_IPA | espeakINITIALIZE_DONT_EXIT
    let rate =
      initialize?(AUDIO_OUTPUT_SYNCHRONOUS, 0, nil, options) ?? -1
    self.rate = Int(rate)
    guard rate > 0, unsafe setCallback != nil else {
      unsafe dlclose(handle)
      throw Failure(reason: "the voices of eSpeak NG cannot be read")
    }
    unsafe setCallback?(espeakHeard)
    // Breath is noise of the C library's generator.
    srand(1)
  }

  deinit {
    let terminate = unsafe Self.find("espeak_Terminate", in: handle, as: Terminate.self)
    _ = terminate?()
    unsafe dlclose(handle)
  }

  private static func find<Function>(
    _ name: String, in handle: UnsafeMutableRawPointer, as type: Function.Type
  ) -> Function? {
    guard let symbol = unsafe dlsym(handle, name) else { return nil }
    return unsafe unsafeBitCast(symbol, to: type)
  }

  /// Every voice, or every variant of voices.
  func voices(variants: Bool) -> [EspeakVoice] {
    let list = unsafe Self.find("espeak_ListVoices", in: handle, as: ListVoices.self)
    guard let list = unsafe list else { return [] }
    var found: [EspeakVoice] = []
    unsafe "variant".withCString { name in
      var wanted = unsafe espeak_VOICE()
      unsafe wanted.languages = name
      var next = unsafe variants ? list(&wanted) : list(nil)
      while let voice = unsafe next?.pointee?.pointee {
        unsafe found.append(Self.voice(voice))
        unsafe next = next?.advanced(by: 1)
      }
    }
    return found
  }

  private static func voice(_ voice: espeak_VOICE) -> EspeakVoice {
    var languages: [EspeakVoice.Language] = []
    var place = unsafe voice.languages
    while let priority = unsafe place?.pointee, priority != 0, let start = unsafe place {
      let name = unsafe String(cString: start.advanced(by: 1))
      languages.append(.init(tag: name, priority: Int(UInt8(bitPattern: priority))))
      unsafe place = start.advanced(by: name.utf8.count + 2)
    }
    return EspeakVoice(
      name: unsafe voice.name.map { unsafe String(cString: $0) } ?? "",
      identifier: unsafe voice.identifier.map { unsafe String(cString: $0) } ?? "",
      languages: languages)
  }

  /// Chooses a voice and resets what belongs to it. `words` is the library's rate, words in a minute.
  func choose(voice: String, words: Int) throws(Failure) {
    let set = unsafe Self.find("espeak_SetVoiceByName", in: handle, as: SetVoice.self)
    guard let result = unsafe set?(voice), result == EE_OK else {
      throw Failure(reason: "voice '\(voice)' cannot be loaded")
    }
    let parameter = unsafe Self.find("espeak_SetParameter", in: handle, as: SetParameter.self)
    let settings: [(espeak_PARAMETER, Int)] = [
      (espeakRATE, words), (espeakVOLUME, 80), (espeakPITCH, 50), (espeakRANGE, 50),
      (espeakPUNCTUATION, 0), (espeakCAPITALS, 0), (espeakWORDGAP, 0),
    ]
    for (name, value) in settings { _ = parameter?(name, Int32(value), 0) }
  }

  /// Speaks a text without markup; returns when all of it was heard or the listener ended it.
  func speak(_ text: String, pause: Bool, to listener: some Listener) throws(Failure) {
    let synthesize = unsafe Self.find("espeak_Synth", in: handle, as: Synthesize.self)
    let flags = UInt32(espeakCHARS_UTF8) | (pause ? UInt32(espeakENDPAUSE) : 0)
    let hearing = EspeakHearing(listener)
    let opaque = unsafe Unmanaged.passUnretained(hearing).toOpaque()
    let result = unsafe text.withCString { start in
      unsafe synthesize?(
        start, text.utf8.count + 1, 0, POS_CHARACTER, 0, flags, nil, opaque)
    }
    withExtendedLifetime(hearing) {}
    guard result == EE_OK else {
      throw Failure(reason: "eSpeak NG failed at a passage of the text")
    }
  }
}

/// The listener as C code carries it.
private final class EspeakHearing {
  let listener: any EspeakLibrary.Listener
  init(_ listener: any EspeakLibrary.Listener) { self.listener = listener }
}

/// Called by the library with what it has made so far; a file-scope function, since a closure written in an actor would
/// carry its isolation along.
private func espeakHeard(
  _ samples: UnsafeMutablePointer<Int16>?, _ count: Int32,
  _ events: UnsafeMutablePointer<espeak_EVENT>?
) -> Int32 {
  guard let events = unsafe events, let opaque = unsafe events.pointee.user_data else { return 0 }
  let listener =
    unsafe Unmanaged<EspeakHearing>.fromOpaque(opaque).takeUnretainedValue().listener
  var event = unsafe events
  while unsafe event.pointee.type != espeakEVENT_LIST_TERMINATED {
    let sample = Int(unsafe event.pointee.sample)
    switch unsafe event.pointee.type {
    case espeakEVENT_WORD:
      listener.word(at: Int(unsafe event.pointee.text_position) - 1, sample: sample)
    case espeakEVENT_PHONEME:
      let bytes = unsafe withUnsafeBytes(of: event.pointee.id.string) { unsafe Array($0) }
      listener.sound(symbol(bytes), sample: sample)
    default: break
    }
    unsafe event = event.advanced(by: 1)
  }
  guard let samples = unsafe samples, count > 0 else { return 0 }
  let heard = unsafe Array(UnsafeBufferPointer(start: samples, count: Int(count)))
  return listener.heard(heard) ? 1 : 0
}

/// A phoneme's name ends with a zero or after eight bytes, which may be in the middle of a letter.
private func symbol(_ bytes: [UInt8]) -> String {
  var name = bytes.prefix { $0 != 0 }
  while !name.isEmpty {
    if let symbol = String(validating: name, as: UTF8.self) { return symbol }
    name = name.dropLast()
  }
  return ""
}
