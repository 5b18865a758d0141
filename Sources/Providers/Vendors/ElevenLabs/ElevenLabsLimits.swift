internal import SceneDocument
internal import Synchronization
internal import WebClient

/// How long a text may be: the settings' figure, what the service said within the last day, or what is known of the
/// model.
final class ElevenLabsLimits: Sendable {
  private let told = Mutex<(limit: Int, at: ContinuousClock.Instant)?>(nil)

  /// Texts that every model takes are not asked about.
  private static let safe = 2_500

  func limit(for count: Int, _ vendor: ElevenLabs) async -> Int {
    if let set = vendor.settings.characterLimit { return set }
    let known = ElevenLabsSettings.limit(of: vendor.settings.model)
    if count <= Self.safe { return max(known, Self.safe) }
    let now = ContinuousClock.now
    if let told = told.withLock({ $0 }), told.at + .seconds(24 * 3600) > now { return told.limit }
    guard let limit = await vendor.askedLimit() else { return known }
    told.withLock { $0 = (limit, now) }
    return limit
  }
}

extension ElevenLabs {
  /// What the service's list of models says; nil where it does not, since a key may be kept from the list.
  func askedLimit() async -> Int? {
    let reply = try? await calls.send(
      WebRequest(
        .get, "\(settings.base)/v1/models", headers: headers, timeout: settings.readTimeout), .free)
    guard let reply, reply.isSuccess, let models = JSONValue(reading: reply.body)?.items,
      let model = models.first(where: { $0.at("model_id")?.text == settings.model }),
      let limit = model.at("maximum_text_length_per_request")?.double, limit >= 1, limit < 1e9
    else { return nil }
    return Int(limit)
  }
}
