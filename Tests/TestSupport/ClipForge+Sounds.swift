extension ClipForge {
  /// A tone. The suffix of `name` decides container and codec.
  public static func tone(
    _ name: String, seconds: Double = 1, rate: Int = 44_100, options: [String] = []
  ) throws -> String {
    try make(
      name, ["-f", "lavfi", "-i", "sine=frequency=440:r=\(rate):d=\(seconds)"] + options)
  }

  /// Ten milliseconds of 1 kHz at the start of each second, silence between: shows where time is.
  public static func clicks(
    _ name: String = "clicks.wav", seconds: Double = 3, rate: Int = 48_000, options: [String] = []
  ) throws -> String {
    try make(
      name,
      [
        "-f", "lavfi", "-i",
        "aevalsrc='if(lt(mod(t,1),0.01),0.8*sin(2*PI*1000*t),0)':s=\(rate):d=\(seconds)",
      ] + options)
  }

  /// A moving picture with a tone; the suffix of `name` decides the container.
  public static func talking(
    _ name: String = "talking.mp4", seconds: Double = 1, rate: Int = 48_000,
    codec: Codec = .h264, options: [String] = []
  ) throws -> String {
    try make(
      name,
      [
        "-f", "lavfi", "-i", "testsrc2=s=64x36:r=30:d=\(seconds)", "-f", "lavfi", "-i",
        "sine=frequency=440:r=\(rate):d=\(seconds)", "-pix_fmt", "yuv420p",
      ] + codec.arguments + options)
  }

  /// Sound with a cover picture, which is no video.
  public static func withCover(_ name: String = "cover.mp3") throws -> String {
    let picture = try still("cover.jpg")
    return try make(
      name,
      [
        "-f", "lavfi", "-i", "sine=d=1:r=44100", "-i", picture, "-map", "0:a", "-map", "1:v",
        "-c:v", "copy", "-disposition:v:0", "attached_pic",
      ])
  }

  /// WebM whose picture starts 7 ms after the sound, as the `ffmpeg` program writes it with Opus.
  public static func lateStart() throws -> String {
    try talking("late.webm", codec: .vp9, options: ["-c:a", "libopus"])
  }
}
