internal import Compositing
internal import Foundation
internal import SceneDocument

/// What made digests: the engine, its libraries and the kind of machine.
///
/// The instruction set of the processor is not in it: it does not change a sample of picture or sound.
public enum GoldenBuild {
  public static var current: String { Fingerprint.current + "; " + machine }

  private static var machine: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }
}

extension Reference {
  /// The scenes of a film as they are described now.
  static func scenes(of timeline: Timeline) -> [SceneNote] {
    timeline.scenes.map { scene in
      SceneNote(
        id: scene.id, start: scene.startFrame, frames: scene.frames,
        transition: scene.transition.map { CanonicalJSON.text(of: $0.canonicalJSON) },
        layers: layers(of: scene.picture))
    }
  }

  /// Captions are many layers of one name; they are counted.
  private static func layers(of picture: ScenePicture) -> [LayerNote] {
    var counts: [String: Int] = [:]
    return picture.layers.map { layer in
      let count = counts[layer.name, default: 0] + 1
      counts[layer.name] = count
      return LayerNote(
        id: count == 1 ? layer.name : "\(layer.name)#\(count)",
        description: CanonicalJSON.text(of: layer.canonicalJSON))
    }
  }

  static func clips(of timeline: Timeline) -> [ClipNote] {
    timeline.sound.clips.map {
      ClipNote(
        asset: timeline.assets[$0.sha256]?.id ?? "unnamed",
        description: CanonicalJSON.text(of: $0.canonicalJSON))
    }
  }
}
