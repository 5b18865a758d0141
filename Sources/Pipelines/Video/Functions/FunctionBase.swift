internal import Foundation
internal import Providers
internal import Storage
internal import Workflows

extension ProjectEvent {
  /// Ends the run of a project that has ended meanwhile or was begun again.
  func isCurrent(_ db: any Connection) throws -> Bool {
    guard let project = try Project.find(db, self.project) else { return false }
    return project.generation == generation && !project.state.isEnded
  }
}

/// The project was begun again or has ended: this run has nothing to do any more.
struct Superseded: Error, CustomStringConvertible {
  var description: String { "the project has ended, or was begun again since" }
}

extension VideoStudio {
  /// The options of most functions: provider errors are waited for by themselves, so what is tried again here is the
  /// machine's trouble.
  func options<Input: ProjectEvent>(
    concurrency: [FlowLimits<Input>.Concurrency] = [], priority: (@Sendable (Input) -> Int)? = nil
  ) -> FunctionOptions<Input> {
    var limits = FlowLimits<Input>()
    limits.concurrency = concurrency
    limits.priority = priority
    return FunctionOptions(
      retries: RetryPolicy(
        retries: 3, backOff: .delays([.seconds(1), .seconds(5), .seconds(20)]), jitter: .zero),
      limits: limits)
  }

  func calls(
    _ step: Step, _ event: some ProjectEvent, scene: String? = nil,
    _ capability: Attempt.Capability, _ provider: String
  ) -> ProviderCalls {
    ProviderCalls(
      studio: self, step: step, project: event.project, scene: scene, capability: capability,
      provider: provider)
  }

  /// Keeps a file that a provider made.
  func keep(_ path: String) async throws -> (sha256: String, bytes: Int64) {
    let sha256 = try await assets.put(fileAt: path)
    return (sha256, try await assets.size(of: sha256) ?? 0)
  }

  func keep(_ value: some Encodable) async throws -> String {
    try await assets.put(Data(RecordJSON.text(value).utf8))
  }

  func stored<Value: Decodable>(_ type: Value.Type, _ sha256: String) async throws -> Value {
    let path = try await assets.file(of: sha256)
    guard let data = FileManager.default.contents(atPath: path) else {
      throw StorageError(.asset, "the asset \(sha256) cannot be read", path: path)
    }
    return try RecordJSON.read(type, String(decoding: data, as: UTF8.self))
  }

  /// A file of the store under a name with a suffix, which tells services and people what it is.
  func named(_ sha256: String, suffix: String, in folder: String) async throws -> String {
    let path = "\(folder)/\(sha256.prefix(16)).\(suffix)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if !FileManager.default.fileExists(atPath: path) {
      let stored = try await assets.file(of: sha256)
      do {
        try FileManager.default.linkItem(atPath: stored, toPath: path)
      } catch {
        try FileManager.default.copyItem(atPath: stored, toPath: path)
      }
    }
    return path
  }
}

/// Suffixes of what providers make.
enum MediaSuffix {
  static func of(_ mediaType: String) -> String {
    switch mediaType {
    case "audio/wav", "audio/x-wav": "wav"
    case "audio/mpeg": "mp3"
    case "audio/flac": "flac"
    case "audio/ogg": "ogg"
    case "audio/mp4": "m4a"
    case "video/mp4": "mp4"
    case "video/quicktime": "mov"
    case "video/webm": "webm"
    case "video/x-matroska": "mkv"
    case "image/png": "png"
    case "image/jpeg": "jpg"
    case "image/webp": "webp"
    case "application/pdf": "pdf"
    case "text/markdown": "md"
    case "text/plain": "txt"
    default: "bin"
    }
  }

  static func mediaType(ofSound path: String) -> String {
    if path.hasSuffix(".mp3") { return "audio/mpeg" }
    if path.hasSuffix(".flac") { return "audio/flac" }
    if path.hasSuffix(".ogg") || path.hasSuffix(".opus") { return "audio/ogg" }
    return "audio/wav"
  }
}
