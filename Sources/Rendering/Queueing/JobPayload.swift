internal import Foundation
public import Jobs

/// What a job of the queue carries.
struct JobPayload: Codable, Sendable {
  var order: RenderOrder
  /// The container's suffix, for films that have no path.
  var container: String
}

/// What a finished segment or sound leaves behind.
struct PartResult: Codable, Sendable {
  var key: String
  /// In the asset store.
  var asset: String
  var frames: Int
  var bytes: Int
}

/// What a finished film leaves behind.
public struct FilmResult: Codable, Sendable {
  public struct Film: Codable, Sendable {
    public var variant: String
    /// Where it was written to; nil where it is in the store alone.
    public var path: String?
    public var sha256: String
    public var bytes: Int64
    public var frames: Int
    /// In the asset store, by the name of the file: the film and what is written beside it.
    public var stored: [String: String]
  }
  public var films: [Film]
  /// The result document `result/1`, as text.
  public var document: String
}

enum JobJSON {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func read<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}

extension FilmResult {
  /// Of a film that is done; nil for other jobs.
  public init?(_ job: RenderJob) {
    guard let result = job.result.flatMap({ try? JobJSON.read(FilmResult.self, $0) }) else {
      return nil
    }
    self = result
  }
}
