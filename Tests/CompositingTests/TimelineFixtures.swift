import SceneDocument
import Testing

@testable import Compositing

/// What a film of one avatar and one background would have.
func probedVideo(
  _ name: String, seconds: Rational, width: Int = 1920, height: Int = 1080, audio: Bool = false,
  rotation: Int = 0, isVariableRate: Bool = false, matrix: String? = "bt709"
) -> ProbeRecord {
  ProbeRecord(
    sha256: String(repeating: "0", count: 64 - name.utf8.count) + name, bytes: 1000, kind: .video,
    format: "mov",
    video: ProbeRecord.Video(
      codec: "h264", width: width, height: height, rotation: rotation, frameRate: Rational(30),
      frames: Int((seconds * Rational(30)).rounded), start: .zero, duration: seconds,
      isVariableRate: isVariableRate, matrix: matrix, range: matrix == nil ? nil : "tv"),
    audio: audio
      ? ProbeRecord.Audio(
        codec: "aac", rate: 48000, channels: 1, samples: (seconds * Rational(48000)).rounded) : nil)
}

func probedSound(_ name: String, samples: Int64, rate: Int = 48000) -> ProbeRecord {
  ProbeRecord(
    sha256: String(repeating: "0", count: 64 - name.utf8.count) + name, bytes: 1000, kind: .audio,
    format: "wav", audio: ProbeRecord.Audio(codec: "pcm", rate: rate, channels: 1, samples: samples)
  )
}

func probedStill(_ name: String, width: Int = 1920, height: Int = 1080) -> ProbeRecord {
  ProbeRecord(
    sha256: String(repeating: "0", count: 64 - name.utf8.count) + name, bytes: 1000, kind: .image,
    format: "png_pipe",
    video: ProbeRecord.Video(
      codec: "png", width: width, height: height, frameRate: Rational(25), frames: 1,
      duration: .zero, pixelFormat: "rgb24", isRGB: true))
}

/// The timeline of a document with these scenes and assets.
func timeline(
  _ scenes: String, _ probes: [String: ProbeRecord], output: String = "{}", more: String = ""
) throws -> Timeline.Making {
  let ids = Set(probes.keys).union(scenes.contains("\"gone\"") ? ["gone"] : []).sorted()
  let assets = ids.map { "\"\($0)\": {\"path\": \"\($0).bin\"}" }.joined(separator: ", ")
  let text = """
    {"spec": "scene/1", "id": "t", "output": \(output), "assets": {\(assets)}, \(more)
    "scenes": [
    \(scenes)
    ]}
    """
  let reading = SceneDocument.read(text)
  let document = try #require(reading.document, "\(reading.diagnostics)")
  return Timeline.make(document, source: reading.source, probes: probes)
}
