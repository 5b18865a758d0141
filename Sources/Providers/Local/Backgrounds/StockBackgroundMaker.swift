internal import Foundation
internal import Media

/// Takes backgrounds from a user's folder of clips and pictures, by the words in their names.
public struct StockBackgroundMaker: MediaMaker {
  public let provider = "stock"
  public let polling = Polling.none
  private let folder: String
  private let setting: String
  private let earlier: @Sendable (BackgroundRequest) async throws -> [BackgroundRequest]

  /// - Parameters:
  ///   - folder: may be relative, may itself be a link, may be empty for one that is not set.
  ///   - setting: what people call the folder's setting, for messages.
  ///   - earlier: requests of the scenes before a scene, in their order. With them a scene never gets the file of the
  ///     scene before it while the folder holds another that can be used.
  public init(
    folder: String, setting: String = "stock.folder",
    earlier: @escaping @Sendable (BackgroundRequest) async throws -> [BackgroundRequest] = { _ in []
    }
  ) {
    (self.folder, self.setting, self.earlier) = (folder, setting, earlier)
  }

  public func estimate(_ request: BackgroundRequest) -> Cost { .free }

  public func recover(
    _ request: BackgroundRequest, _ call: ProviderCall
  ) async throws -> Recovery<Started> { .notStarted }

  public func start(_ request: BackgroundRequest, _ call: ProviderCall) async throws -> Started {
    let before = try await earlier(request)
    let file = try await BlockingWork.run { interrupt in
      let stock = try list(interrupt)
      var last: [String]?
      for scene in before {
        last = try choose(scene, from: stock, after: last, interrupt).parts
      }
      let choice = try choose(request, from: stock, after: last, interrupt)
      return try take(choice, from: stock, to: call.folder)
    }
    return .finished(Made(file, cost: .free))
  }

  private func list(_ interrupt: Interrupt) throws -> StockFolder {
    if folder.isEmpty {
      throw failure("no folder of clips and pictures is set", "set '\(setting)' to one")
    }
    let stock: StockFolder
    do { stock = try StockFolder(path: folder, interrupt: interrupt) } catch is LocalFile.Refusal {
      throw failure(
        "the folder '\(folder)' of setting '\(setting)' cannot be read",
        "make the folder and put clips or pictures into it, or correct '\(setting)'")
    }
    if stock.entries.isEmpty {
      throw failure(
        "the folder '\(folder)' of setting '\(setting)' holds no clip and no picture",
        "put files of \(MediaFormat.acceptedNames) into it, or choose another kind of background")
    }
    return stock
  }

  private struct Choice {
    var parts: [String]
    var mediaType: String
    var hasAlpha: Bool
    var identity: LocalFile.Identity
  }

  /// The most suitable file that can be decoded, but `last` only when there is no other.
  private func choose(
    _ request: BackgroundRequest, from stock: StockFolder, after last: [String]?,
    _ interrupt: Interrupt
  ) throws -> Choice {
    let ranking = stock.ranking(for: request)
    let (others, same) = (
      ranking.filter { $0.parts != last }, ranking.filter { $0.parts == last }
    )
    var reasons: [String] = []
    for entry in others + same.prefix(1) {
      try interrupt.check()
      let place = stock.path + "/" + entry.parts.joined(separator: "/")
      do {
        return try Self.look(at: place, entry.parts, below: stock.path, interrupt)
      } catch {
        try interrupt.check()
        reasons.append("\(error)")
      }
    }
    throw failure(
      "none of the \(stock.entries.count) files in '\(folder)' of setting '\(setting)' can be used: \(reasons.first ?? "")",
      "put files of \(MediaFormat.acceptedNames) into it")
  }

  /// Decodes a first picture.
  private static func look(
    at path: String, _ parts: [String], below root: String, _ interrupt: Interrupt
  ) throws -> Choice {
    let file = try LocalFile(below: root, parts: parts)
    let reader = try FrameReader(path: path, kind: .video, interrupt: interrupt)
    guard let frame = try reader.next()?.frame, frame.width >= 16, frame.height >= 16 else {
      throw MediaError(
        operation: .decode, code: MediaError.invalidData, subject: path,
        detail: "it has no picture of at least 16x16")
    }
    return Choice(
      parts: parts, mediaType: reader.demuxer.format.mediaType, hasAlpha: frame.format.hasAlpha,
      identity: file.identity)
  }

  /// Copies the file into `target`.
  private func take(
    _ choice: Choice, from stock: StockFolder, to target: String
  ) throws -> MediaFile {
    let source = stock.path + "/" + choice.parts.joined(separator: "/")
    let suffix = (source as NSString).pathExtension.lowercased()
    let place = target + "/background." + suffix
    // Not a second name of it: what the user does to the file later must not reach films.
    do { try FileManager.default.copyItem(atPath: source, toPath: place) } catch {
      throw ProviderError(
        .retry, provider: provider,
        "cannot copy '\(source)' to '\(target)': \(error.localizedDescription)",
        advice: "make room on the disk and see that the folder can be written to")
    }
    // A link put in the file's place since it was looked at.
    let taken = try? LocalFile(
      below: LocalFile.resolveFolder(target), parts: ["background." + suffix])
    if taken?.identity.size != choice.identity.size {
      _ = HostFile.remove(place)
      throw ProviderError(
        .retry, provider: provider, "the file '\(source)' was changed while it was taken",
        advice: "wait until the folder is filled, then start again")
    }
    return MediaFile(path: place, mediaType: choice.mediaType, hasAlpha: choice.hasAlpha)
  }

  private func failure(_ reason: String, _ advice: String) -> ProviderError {
    ProviderError(.permanent, provider: provider, reason, advice: advice)
  }
}

extension MediaFormat {
  /// What a file of the format is on the web.
  var mediaType: String {
    switch self {
    case .mov: "video/mp4"
    case .matroska: "video/x-matroska"
    case .gif: "image/gif"
    case .png: "image/png"
    case .jpeg: "image/jpeg"
    case .webp: "image/webp"
    case .wav: "audio/wav"
    case .mp3: "audio/mpeg"
    case .flac: "audio/flac"
    case .ogg: "video/ogg"
    }
  }
}
