internal import Foundation
internal import Pipelines
internal import Providers
internal import SceneDocument

extension ProjectStanding {
  /// What `--json` prints.
  var json: JSONValue { json(state: project.state.rawValue) }

  func json(state: String) -> JSONValue {
    [
      "id": .string(project.id), "state": .string(state),
      "title": .string(project.title), "message": .init(text: project.message),
      "film": .init(text: assets.first { $0.role == .film }?.note),
      "film_sha256": .init(text: assets.first { $0.role == .film }?.sha256),
      "poster": .init(text: assets.first { $0.role == .poster }?.note),
      "document": .init(text: assets.first { $0.role == .document }?.sha256),
      "spent_microdollars": .number(Double(spent)),
      "scenes": .array(
        scenes.map { scene in
          [
            "id": .string(scene.id), "title": .string(scene.script.title),
            "narration": .string(scene.script.narration),
            "seconds": scene.duration.map(JSONValue.number) ?? .null,
            "speech": .string(scene.speech.rawValue), "avatar": .string(scene.avatar.rawValue),
            "background": .string(scene.background.rawValue),
            "captions": .string(scene.captions.rawValue),
            "render": .string(scene.render.rawValue), "message": .init(text: scene.message),
          ]
        }),
    ]
  }
}
