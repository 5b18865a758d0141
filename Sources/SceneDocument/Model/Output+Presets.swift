extension Output {
  /// Fills in what preset and container decide. A container the author named wins over the preset's.
  mutating func fillCodecs(container named: Container?) {
    container = named ?? (preset == .archive ? .mov : .mp4)
    switch (preset, container) {
    case (_, .webm): fillVideo(codec: .vp9)
    case (.archive, .mkv): fillVideo(codec: .ffv1)
    case (.archive, .mov): fillVideo(codec: .prores)
    default: fillVideo(codec: .h264)
    }
    switch (preset, container) {
    case (_, .webm): audio.codec = .opus
    case (.archive, .mov), (.archive, .mkv): audio.codec = .pcm
    default: audio.codec = .aac
    }
  }

  /// All of `video` as the preset has it for a codec.
  mutating func fillVideo(codec: Video.Codec) {
    video = Video()
    video.codec = codec
    video.quality = preset.quality(of: codec)
    video.gop = preset == .master ? .seconds(1) : .seconds(2)
    video.pixel = codec.pixelFormats[0]
    video.effort =
      switch preset {
      case .draft: .veryfast
      case .web: .balanced
      case .master, .archive: .slow
      }
  }
}

extension Output.Preset {
  /// VP9's numbers are those that look like H.264's: 20 is about 31.
  func quality(of codec: Output.Video.Codec) -> Double? {
    switch (codec, self) {
    case (.prores, _), (.ffv1, _): nil
    case (.vp9, .draft): 40
    case (.vp9, .web): 31
    case (.vp9, _): 20
    case (_, .draft): 28
    case (_, .web): 20
    case (_, _): 14
    }
  }
}

extension Output.Video.Codec {
  /// Every picture stands alone, at a rate the codec fixes itself.
  public var isIntra: Bool { self == .prores || self == .ffv1 }

  /// What the codec can store; the first is the default.
  public var pixelFormats: [Output.Video.PixelFormat] {
    switch self {
    case .h264, .vp9: [.yuv420p]
    case .hevc: [.yuv420p, .yuv420p10]
    case .prores: [.yuv422p10]
    case .ffv1: [.yuv420p, .yuv420p10, .yuv422p10]
    }
  }
}

extension Output.Container {
  /// What the container can hold.
  public var videoCodecs: [Output.Video.Codec] {
    switch self {
    case .mp4: [.h264, .hevc, .vp9]
    case .mov: [.h264, .hevc, .prores]
    case .webm: [.vp9]
    case .mkv: [.h264, .hevc, .vp9, .prores, .ffv1]
    }
  }

  public var audioCodecs: [Output.Audio.Codec] {
    switch self {
    case .mp4: [.aac, .opus]
    case .mov: [.aac, .pcm]
    case .webm: [.opus]
    case .mkv: [.aac, .opus, .pcm]
    }
  }
}
