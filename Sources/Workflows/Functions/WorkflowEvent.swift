/// Something that happened, as functions are written for it: its properties are the event's data.
///
/// The name and the properties' names are stored; changing one is a migration of everything that has been sent.
public protocol WorkflowEvent: Codable, Sendable {
  /// Such as `scene/ready`; at most 512 bytes. `inngest/` at the beginning belongs to the engine.
  static var name: String { get }
}
