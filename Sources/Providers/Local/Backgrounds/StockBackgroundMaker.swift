internal import Foundation
internal import Media

/// Takes backgrounds from a user's folder of clips and pictures, by the words in their names.
///
/// A scene never gets the file of the scene before it while the folder holds another that can be used.
public struct StockBackgroundMaker: MediaMaker {
  public let provider = "stock"
  public let polling = Polling.none
  private let folder: String
  private let setting: String

  /// - Parameters:
  ///   - folder: may be relative, may itself be a link, may be empty for one that is not set.
  ///   - setting: what people call the folder's setting, for messages.
  public init(folder: String, setting: String = "stock.folder") {
    (self.folder, self.setting) = (folder, setting)
  }

  public func estimate(_ request: BackgroundRequest) -> Cost { .free }

  public func recover(
    _ request: BackgroundRequest, _ call: ProviderCall
  ) async throws -> Recovery<Started> { .notStarted }

  public func start(_ request: BackgroundRequest, _ call: ProviderCall) async throws -> Started {
    let file = try await BlockingWork.run { interrupt in
      let stock = Usable(try list(interrupt), interrupt)
      var last: [String]?
      for scene in request.earlier {
        last = try choose(scene, from: stock, after: last).parts
      }
      let choice = try choose(request, from: stock, after: last)
      return try take(choice, from: stock.folder, to: call.folder)
    }
    return .finished(Made(file, cost: .free))
  }

  /// The folder, and that there is something in it.
  public func check(_ request: BackgroundRequest) throws(ProviderError) {
    do { _ = try list(Interrupt()) } catch let error as ProviderError { throw error } catch {
      throw failure(
        "the folder '\(folder)' of setting '\(setting)' cannot be listed: \(error)",
        "correct '\(setting)'")
    }
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
    _ request: BackgroundRequest, from stock: Usable, after last: [String]?
  ) throws -> Choice {
    let ranking = stock.folder.ranking(for: request)
    var reasons: [String] = []
    for entry in ranking.filter({ $0.parts != last }) + ranking.filter({ $0.parts == last }) {
      switch try stock.look(at: entry) {
      case .success(let choice): return choice
      case .failure(let unusable): reasons.append(unusable.reason)
      }
    }
    throw failure(
      "none of the \(ranking.count) files in '\(folder)' of setting '\(setting)' can be used: \(reasons.first ?? "")",
      "put files of \(MediaFormat.acceptedNames) into it")
  }

  private struct Unusable: Error {
    var reason: String
  }

  /// Which files can be decoded, each tried once.
  private final class Usable {
    let folder: StockFolder
    private let interrupt: Interrupt
    private var known: [[String]: Result<Choice, Unusable>] = [:]

    init(_ folder: StockFolder, _ interrupt: Interrupt) {
      (self.folder, self.interrupt) = (folder, interrupt)
    }

    func look(at entry: StockFolder.Entry) throws -> Result<Choice, Unusable> {
      if let known = known[entry.parts] { return known }
      try interrupt.check()
      let result: Result<Choice, Unusable>
      do { result = .success(try decode(entry.parts)) } catch {
        try interrupt.check()
        result = .failure(Unusable(reason: "\(error)"))
      }
      known[entry.parts] = result
      return result
    }

    /// Decodes a first picture.
    private func decode(_ parts: [String]) throws -> Choice {
      let path = folder.path + "/" + parts.joined(separator: "/")
      let file = try LocalFile(below: folder.path, parts: parts)
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
