internal import Foundation
internal import SceneDocument

/// A sound and the times of its letters, as ElevenLabs sends them.
struct ElevenLabsSpeech: Sendable {
  var audio: [UInt8]
  /// Of the text as it was sent; nil where the service gives none.
  var alignment: [AlignedWords.Piece]?
  /// Of the text as it was said: `twelve` for `12`.
  var normalized: [AlignedWords.Piece]?

  init(audio: [UInt8], alignments: JSONValue?) {
    self.audio = audio
    alignment = Letters(alignments?.at("alignment"))?.pieces
    normalized = Letters(alignments?.at("normalized_alignment"))?.pieces
  }

  /// Nil for what is no such reply.
  init?(_ body: [UInt8]) {
    guard let reply = try? JSONDecoder().decode(Reply.self, from: Data(body)),
      let audio = Data(base64Encoded: reply.audio, options: .ignoreUnknownCharacters)
    else { return nil }
    self.audio = Array(audio)
    alignment = reply.alignment?.value?.pieces
    normalized = reply.normalized?.value?.pieces
  }

  /// The words as written. Where the letters' times cannot be believed, they are spread over the sound.
  func words(of text: String, _ duration: Double) -> [Speech.Word] {
    for pieces in [alignment, normalized] {
      if let pieces, let words = AlignedWords.words(of: text, pieces: pieces, duration: duration) {
        return words
      }
    }
    return AlignedWords.spread(text, over: duration)
  }

  // Typed, since trees of ten thousands of numbers are slow to make.
  private struct Reply: Decodable {
    var audio: String
    var alignment: Lenient?
    var normalized: Lenient?

    enum CodingKeys: String, CodingKey {
      case audio = "audio_base64"
      case alignment
      case normalized = "normalized_alignment"
    }
  }

  /// Damaged times are no times; the sound is good without them.
  private struct Lenient: Decodable {
    var value: Letters?
    init(from decoder: any Decoder) { value = try? Letters(from: decoder) }
  }

  private struct Letters: Decodable {
    var characters: [String]
    var starts: [Double]
    var ends: [Double]

    enum CodingKeys: String, CodingKey {
      case characters
      case starts = "character_start_times_seconds"
      case ends = "character_end_times_seconds"
    }

    init?(_ json: JSONValue?) {
      guard let json, let letters = json.at("characters")?.items?.map(\.text),
        let starts = json.at("character_start_times_seconds")?.items?.map(\.double),
        let ends = json.at("character_end_times_seconds")?.items?.map(\.double)
      else { return nil }
      characters = letters.compactMap { $0 }
      self.starts = starts.compactMap { $0 }
      self.ends = ends.compactMap { $0 }
    }

    /// Nil where the lists are not of one length.
    var pieces: [AlignedWords.Piece]? {
      let count = characters.count
      guard count > 0, starts.count == count,
        ends.count == count
      else { return nil }
      return (0..<count).map {
        AlignedWords.Piece(
          text: characters[$0], start: starts[$0],
          end: ends[$0])
      }
    }
  }
}
