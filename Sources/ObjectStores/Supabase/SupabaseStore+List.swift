internal import Foundation
internal import WebClient

extension SupabaseStore {
  /// The service lists one folder at a time; what is left to look through is in the token.
  private struct Place: Codable {
    var folder: String
    var offset: Int64
  }

  struct Entry: Decodable {
    var name: String
    /// Nil for a folder.
    var id: String?
    var metadata: Metadata?
  }

  public func list(
    prefix: String, after token: String?, limit: Int
  ) async throws -> ObjectPage {
    let limit = Int64(max(1, min(limit, 1000)))
    var places = [Place(folder: Self.folder(of: prefix), offset: 0)]
    if let token {
      guard let data = Data(base64Encoded: token),
        let read = try? JSONDecoder().decode([Place].self, from: data)
      else {
        throw ObjectStoreError(
          .permanent, store: name, key: nil, "the list cannot go on from there",
          advice: "give the token of the page before")
      }
      places = read
    }
    guard let place = places.popLast() else { return ObjectPage(objects: [], next: nil) }
    let entries = try await entries(of: place.folder, offset: place.offset, limit: limit)
    if entries.count == limit {
      places.append(Place(folder: place.folder, offset: place.offset + limit))
    }
    var objects: [ObjectFacts] = []
    for entry in entries {
      let key = place.folder.isEmpty ? entry.name : place.folder + "/" + entry.name
      if entry.id == nil {
        // Deeper folders matter where the prefix begins with them, or they with the prefix.
        if (key + "/").hasPrefix(prefix) || prefix.hasPrefix(key + "/") {
          places.append(Place(folder: key, offset: 0))
        }
      } else if key.hasPrefix(prefix) {
        objects.append(Self.facts(entry, key))
      }
    }
    let next = places.isEmpty ? nil : try JSONEncoder().encode(places).base64EncodedString()
    return ObjectPage(objects: objects, next: next)
  }

  /// An object found in its folder's list; nil when it is not there.
  func listed(_ key: String) async throws -> ObjectFacts? {
    let folder = Self.folder(of: key)
    let name = folder.isEmpty ? key : String(key.dropFirst(folder.count + 1))
    var offset: Int64 = 0
    while true {
      let page = try await entries(of: folder, offset: offset, limit: 100, search: name)
      if let entry = page.first(where: { $0.name == name && $0.id != nil }) {
        return Self.facts(entry, key)
      }
      if page.count < 100 { return nil }
      offset += 100
    }
  }

  private func entries(
    of folder: String, offset: Int64, limit: Int64, search: String = ""
  ) async throws -> [Entry] {
    let reply = try await send(
      .post, "/object/list/" + ObjectKey.encoded(settings.bucket), key: nil,
      json: [
        "prefix": .text(folder), "limit": .number(limit), "offset": .number(offset),
        "search": .text(search),
        "sortBy": .object(["column": .text("name"), "order": .text("asc")]),
      ])
    return try read(reply, nil)
  }

  private static func facts(_ entry: Entry, _ key: String) -> ObjectFacts {
    ObjectFacts(
      key: key, size: entry.metadata?.size ?? 0,
      etag: S3Store.unquoted(entry.metadata?.eTag ?? ""),
      contentType: entry.metadata?.mimetype ?? "")
  }

  /// Up to the last slash, without it.
  private static func folder(of key: String) -> String {
    key.lastIndex(of: "/").map { String(key[..<$0]) } ?? ""
  }
}
