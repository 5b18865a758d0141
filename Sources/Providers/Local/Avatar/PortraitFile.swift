internal import Media

/// Reads a user's picture of a speaker.
enum PortraitFile {
  /// The picture, upright. Throws a permanent `ProviderError`; pipes, devices and links are not opened.
  static func read(_ path: String) throws(ProviderError) -> Bitmap {
    do throws(LocalFile.Refusal) {
      let folder = path.split(separator: "/").dropLast().joined(separator: "/")
      let name = path.split(separator: "/").last.map(String.init) ?? path
      _ = try LocalFile(
        below: try LocalFile.resolveFolder(path.hasPrefix("/") ? "/" + folder : folder),
        parts: [name])
    } catch {
      throw refusal(path, "the file cannot be opened: \(reason(error))")
    }
    do throws(MediaError) {
      return try picture(path)
    } catch {
      throw refusal(path, "it is not a picture that can be read: \(error.detail ?? error.reason)")
    }
  }

  private static func picture(_ path: String) throws(MediaError) -> Bitmap {
    let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
    guard reader.demuxer.format.isStill, let (frame, _) = try reader.next() else {
      throw MediaError(
        operation: .decode, code: MediaError.invalidData, subject: path, detail: "it is no still")
    }
    // JPEG and WebP have the matrix of BT.601; PNG is RGB, which the colour space is not asked for.
    let range: ColourSpace.Range = reader.demuxer.format == .webp ? .limited : .full
    let picture = try SourcePicture(
      frame, rotation: frame.rotation, colour: ColourSpace(.bt601, range),
      alpha: frame.format.hasAlpha ? .straight : .none, scaler: Scaler())
    return picture.bitmap(
      SourceWindow(width: picture.width, height: picture.height), width: picture.width,
      height: picture.height, using: Resizing())
  }

  private static func refusal(_ path: String, _ problem: String) -> ProviderError {
    ProviderError(
      .permanent, provider: "drawn", "portrait '\(path)': \(problem)",
      advice: "give a PNG or JPEG file of the speaker, or none for a drawn character")
  }

  private static func reason(_ refusal: LocalFile.Refusal) -> String {
    switch refusal {
    case .missing: "it is not there"
    case .symbolicLink(let part): "'\(part)' is a symbolic link"
    case .notRegular: "it is no regular file"
    case .system(let words): words
    }
  }
}
