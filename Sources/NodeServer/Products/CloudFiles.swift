internal import Foundation
internal import HTTPTypes
internal import SceneDocument
internal import Storage
internal import WebClient

/// A payload of the former cloud function with files of this machine in place of its addresses.
struct CloudPayload: Sendable {
  /// The payload, paths for addresses.
  let document: JSONValue
  let files: [File]
  let projectID: String

  struct File: Sendable, Hashable {
    var url: String
    /// Below the payload's folder.
    var path: String
    /// Where the payload names it first.
    var pointer: String
  }

  static let maximumScenes = 200

  /// Throws a 422 that names the member that is wrong. What else is wrong with it is found when it is read as a document.
  init(_ value: JSONValue) throws {
    guard case .object(let members) = value else {
      throw Problem.invalid("the payload must be an object")
    }
    guard case .string(let project)? = value["projectId"] else {
      throw Self.wrong("/projectId", "must be a string")
    }
    guard case .array(let scenes)? = value["scenes"] else {
      throw Self.wrong("/scenes", "must be a list")
    }
    guard scenes.count <= Self.maximumScenes else {
      throw Self.wrong("/scenes", "has more than \(Self.maximumScenes) scenes")
    }
    var files: [String: File] = [:]
    var order: [File] = []
    var rewritten: [JSONValue] = []
    for (index, scene) in scenes.enumerated() {
      guard case .object(var fields) = scene else {
        throw Self.wrong("/scenes/\(index)", "must be an object")
      }
      for place in fields.indices {
        let key = fields[place].key
        guard let role = Self.roles[key], case .string(let url) = fields[place].value,
          !["", "null", "undefined"].contains(url)
        else { continue }
        let pointer = "/scenes/\(index)/\(key)"
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), url.utf8.count <= 8_000 else {
          throw Self.wrong(pointer, "must be an address that begins with http:// or https://")
        }
        let file =
          files[url]
          ?? File(
            url: url, path: "\(role)-\(files.count + 1)\(Self.suffix(url))", pointer: pointer)
        if files.updateValue(file, forKey: url) == nil { order.append(file) }
        fields[place].value = .string(file.path)
      }
      rewritten.append(.object(fields))
    }
    document = .object(
      members.map { $0.key == "scenes" ? .init("scenes", .array(rewritten)) : $0 })
    (self.files, projectID) = (order, project)
  }

  private static let roles = [
    "avatarUrl": "avatar", "backgroundUrl": "background", "speechUrl": "speech",
  ]

  /// `.mp4` where the address's path ends so plainly; readers look at the bytes.
  private static func suffix(_ url: String) -> String {
    let name = URLComponents(string: url)?.path ?? ""
    let suffix = (name as NSString).pathExtension.lowercased()
    let isPlain = suffix.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    return isPlain && (1...5).contains(suffix.utf8.count) ? "." + suffix : ""
  }

  static func wrong(_ pointer: String, _ what: String) -> Problem {
    .invalid("'\(pointer)' \(what)", diagnostics: [diagnostic(pointer, what)])
  }

  /// For a file that may well be there when it is asked for again.
  static func unreachable(_ pointer: String, _ what: String) -> Problem {
    Problem(
      .badGateway, "'\(pointer)' \(what)", advice: "send the payload again in a while",
      diagnostics: [diagnostic(pointer, what)])
  }

  private static func diagnostic(_ pointer: String, _ what: String) -> JSONValue {
    [
      "code": "E_REQUEST", "severity": "error", "message": .string("'\(pointer)' \(what)"),
      "pointer": .string(pointer),
    ]
  }
}

/// Fetches a payload's files.
struct CloudFetcher: Sendable {
  var settings: ProductSettings

  private static let redirects = 5
  private static let atOnce = 4

  /// Writes all files into `folder`. Throws a 422 that names the scene whose file cannot be fetched, and a 502 where that
  /// may be otherwise later.
  func fetch(_ files: [CloudPayload.File], into folder: String) async throws {
    try await withThrowingTaskGroup(of: Int64.self) { group in
      var (next, total) = (0, Int64(0))
      func start() {
        guard next < files.count else { return }
        let file = files[next]
        next += 1
        group.addTask { try await fetch(file, into: folder) }
      }
      for _ in 0..<Self.atOnce { start() }
      while let bytes = try await group.next() {
        total += bytes
        guard total <= settings.payloadLimit else {
          throw Problem.invalid(
            "the payload's files are larger than \(settings.payloadLimit) bytes in all")
        }
        start()
      }
    }
  }

  private func fetch(_ file: CloudPayload.File, into folder: String) async throws -> Int64 {
    var url = file.url
    do {
      for _ in 0...Self.redirects {
        let (host, address) = try await AddressGuard(
          allowsPrivate: settings.allowsPrivateAddresses
        ).address(of: url)
        let web = WebClient(addresses: [host: address], isPatient: false)
        let result = try await web.download(
          url, to: folder + "/" + file.path, limit: settings.downloadLimit,
          timeout: settings.downloadTime, redirects: 0)
        switch result {
        case .success(let download): return download.bytes
        case .failure(let refused):
          guard [301, 302, 303, 307, 308].contains(refused.reply.status),
            let target = refused.reply.headers["location"],
            let next = URL(string: target, relativeTo: URL(string: url))?.absoluteString,
            !(url.hasPrefix("https://") && next.hasPrefix("http://"))
          else {
            throw Self.refused(file.pointer, refused.reply.status)
          }
          url = next
        }
      }
      throw CloudPayload.wrong(
        file.pointer, "cannot be fetched: it leads on more than \(Self.redirects) times")
    } catch let refused as AddressGuard.Refused {
      throw CloudPayload.wrong(file.pointer, refused.description)
    } catch let failure as WebFailure {
      throw CloudPayload.unreachable(file.pointer, "cannot be fetched: \(failure.message)")
    }
  }

  private static func refused(_ pointer: String, _ status: Int) -> Problem {
    let what = "cannot be fetched: its server answers \(status)"
    return status >= 500 || [408, 425, 429].contains(status)
      ? CloudPayload.unreachable(pointer, what) : CloudPayload.wrong(pointer, what)
  }
}

/// Folders of payloads' files, one for each until its film has ended.
struct CloudFolders: Sendable {
  var root: String
  /// Of a job of the queue; nil where it is not there.
  var isEnded: @Sendable (_ job: String) async -> Bool

  func make() async throws -> String {
    await sweep()
    let folder = "\(root)/\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  /// From now on the folder is kept until the job has ended, whatever becomes of this process.
  func keep(_ folder: String, for job: String) throws {
    try Data(job.utf8).write(to: URL(fileURLWithPath: folder + ".job"), options: .atomic)
  }

  func remove(_ folder: String) {
    try? FileManager.default.removeItem(atPath: folder)
    try? FileManager.default.removeItem(atPath: folder + ".job")
  }

  /// Removes the files of films that have ended, and of requests that died an hour ago or earlier.
  private func sweep() async {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: root)) ?? [] where !name.hasSuffix(".job") {
      let folder = "\(root)/\(name)"
      if let job = files.contents(atPath: folder + ".job") {
        if await isEnded(String(decoding: job, as: UTF8.self)) { remove(folder) }
        continue
      }
      let facts = try? files.attributesOfItem(atPath: folder)
      if let made = facts?[.creationDate] as? Date ?? facts?[.modificationDate] as? Date,
        -made.timeIntervalSinceNow > 3_600
      {
        remove(folder)
      }
    }
  }
}
