internal import Foundation
internal import SceneDocument
internal import WebClient

extension DID {
  /// Looks for the job in the service's list by the attempt's id, which it carries as `user_data`, as `name` and in the
  /// name of its sound.
  ///
  /// `.notStarted` once it is not there and can no longer appear; until then throws `.retry` with the time to wait.
  public func recover(
    _ request: AvatarRequest, _ call: ProviderCall
  ) async throws -> Recovery<Started> {
    let kind = kind(of: request)
    let search = try await find(kind, call)
    if case .job(let id) = search { return .found(.job(job(id, kind, at: call.startedAt))) }
    // The presenter may have come into the settings, or gone, since the answer was lost.
    let other = kind == .talk ? Kind.clip : .talk
    if request.character == nil, request.portraitPath == nil,
      case .job(let id) = try await find(other, call)
    {
      return .found(.job(job(id, other, at: call.startedAt)))
    }
    if case .unclear = search { return .unknown }
    let settled = call.startedAt + Int64(settings.settling / .milliseconds(1))
    let left = settled - Int64(Date().timeIntervalSince1970 * 1000)
    guard left > 0 else { return .notStarted }
    throw calls.error(
      .retry, code: "not_in_list", "the lost request is not in the list of D-ID yet",
      advice: "it is looked for again before the scene is begun anew", waitMS: left)
  }

  private enum Search {
    case job(String)
    case nothing
    /// There are jobs of that time of which nobody can say whose they are.
    case unclear
  }

  /// Clocks differ: a job may seem older than the request it is of.
  private static let skew: Int64 = 120_000

  private func find(_ kind: Kind, _ call: ProviderCall) async throws -> Search {
    var token = ""
    var unclear: [String] = []
    for page in 0..<50 {
      let reply = try await get("/\(kind.path)?limit=100\(token)")
      // Lists of clips are not promised.
      if [400, 403, 404, 405].contains(reply.status), page == 0 { return .unclear }
      guard reply.isSuccess else { throw error(reply, .free) }
      guard let answer = JSONValue(reading: reply.body), let jobs = answer.at(kind.path)?.items
      else { throw calls.malformed("no list of \(kind.path)", reply, .free) }
      let recent = jobs.filter { isRecent($0, call) }
      for job in recent {
        guard let id = job.at("id")?.text else { continue }
        switch isOurs(job, call) {
        case true?: return .job(id)
        case nil: unclear.append(id)
        case false?: break
        }
      }
      guard let next = answer.at("token")?.text, !next.isEmpty, recent.count == jobs.count,
        !jobs.isEmpty
      else { break }
      token = "&token=" + next.percentEncoded
    }
    return try await look(at: unclear, kind, call)
  }

  private func isRecent(_ job: JSONValue, _ call: ProviderCall) -> Bool {
    VendorTime.milliseconds(job.at("created_at")).map { $0 >= call.startedAt - Self.skew } ?? true
  }

  /// Nil where the job carries none of the marks.
  private func isOurs(_ job: JSONValue, _ call: ProviderCall) -> Bool? {
    let sound = job.at("audio_url")?.text ?? job.at("script", "audio_url")?.text
    let marks = [job.at("user_data")?.text, job.at("name")?.text, sound].compactMap { $0 }
    if marks.contains(where: { $0.contains(call.id) }) { return true }
    return marks.isEmpty ? nil : false
  }

  /// Lists may leave the marks out that the jobs themselves have.
  private func look(
    at ids: [String], _ kind: Kind, _ call: ProviderCall
  ) async throws -> Search {
    var isUnclear = ids.count > 50
    for id in ids.prefix(50) {
      let path = id.percentEncoded
      let reply = try await get("/\(kind.path)/\(path)")
      if reply.status == 404 { continue }
      guard reply.isSuccess else { throw error(reply, .free) }
      switch JSONValue(reading: reply.body).flatMap({ isOurs($0, call) }) {
      case true?: return .job(id)
      case nil: isUnclear = true
      case false?: break
      }
    }
    return isUnclear ? .unclear : .nothing
  }
}
