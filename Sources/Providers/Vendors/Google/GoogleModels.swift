internal import WebClient

/// A model's name, the ones to take when it is gone, and what the setting is called.
public struct GoogleModels: Sendable {
  public var name: String
  /// Taken in this order where the service has retired the others or they are overloaded.
  public var fallbacks: [String]
  public var setting: String

  public init(_ name: String, fallbacks: [String] = [], setting: String) {
    (self.name, self.fallbacks, self.setting) = (name, fallbacks, setting)
  }
}

extension GoogleService {
  /// The service does not have that model (any more).
  struct ModelGone: Error {
    var message: String

    /// Throws itself when `fault` says so.
    static func check(_ fault: GoogleFault) throws {
      let text = fault.message.lowercased()
      if fault.status == 404, !text.contains("file") || text.contains("model") {
        throw ModelGone(message: fault.message)
      }
    }
  }

  /// Asks the models in their order until one is there and not overloaded. Where none is there the error names the
  /// setting.
  func first<Value>(
    of models: GoogleModels, _ ask: (_ model: String) async throws -> Value
  ) async throws -> Value {
    var missing: [String] = []
    var overloaded: ProviderError?
    for model in [models.name] + models.fallbacks {
      do {
        return try await ask(try checked(model, models.setting))
      } catch let gone as ModelGone {
        missing.append("'\(model)' (\(gone.message))")
      } catch let error as ProviderError where error.code == "UNAVAILABLE" && error.kind == .retry {
        overloaded = error
      }
    }
    if let overloaded { throw overloaded }
    throw calls.error(
      .permanent, code: "NOT_FOUND",
      "\(calls.name) does not have the model: \(missing.joined(separator: ", "))",
      advice:
        "name one that it offers in '\(models.setting)'; models are retired on announced dates")
  }

  /// A name that may stand in a path.
  func checked(_ model: String, _ setting: String) throws -> String {
    let name = model.hasPrefix("models/") ? String(model.dropFirst("models/".count)) : model
    guard name.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9._\-]{0,99}/#) != nil else {
      throw calls.error(
        .permanent, code: "bad_model", "'\(model)' cannot be the name of a model",
        advice: "correct '\(setting)'")
    }
    return name
  }
}
