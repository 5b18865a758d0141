internal import Hummingbird
internal import SceneDocument

extension Page {
  /// The page that a request asks for.
  ///
  /// - Parameters:
  ///   - known: the list's own parameters, besides those of pages.
  ///   - fetch: gives up to `count` items, from behind the query's cursor on.
  init(
    _ request: Request, known: Set<String> = [],
    fetch: (_ query: QueryReader, _ count: Int) async throws -> [Item]
  ) async throws {
    let query = try QueryReader(request, known: known, isList: true)
    let limit = try query.limit()
    // One more than is shown tells whether others follow.
    self.init(try await fetch(query, limit + 1), limit: limit)
    list = request.uri.path
  }

  /// - Parameters:
  ///   - cursor: an item's place in the list, made with `Cursor.text`, which the query has again for the next page.
  ///   - value: what is told of an item.
  func response(cursor: (Item) -> String, value: (Item) -> JSONValue) -> Response {
    Reply.page(items.map(value), next: next(cursor))
  }

  private func next(_ cursor: (Item) -> String) -> String? {
    last.map { Cursor.bound(cursor($0), to: list) }
  }

  /// `values`: what is told of the items, looked up for all at once.
  func response(
    cursor: (Item) -> String, values: ([Item]) async throws -> [JSONValue]
  ) async throws -> Response {
    Reply.page(try await values(items), next: next(cursor))
  }
}

extension RouterGroup<NodeContext> {
  /// `GET {id}`: what `find` gives for an id; a 404 that calls it a `noun` where that is nothing.
  func one(
    _ noun: String, _ find: @escaping @Sendable (_ id: String) async throws -> JSONValue?
  ) {
    one(noun, text: { try await find($0).map(JSONText.init) })
  }

  /// The same for what is there as text already.
  func one(
    _ noun: String, text find: @escaping @Sendable (_ id: String) async throws -> JSONText?
  ) {
    get("{id}") { request, context in
      _ = try QueryReader(request)
      let id = try context.part("id")
      guard let text = try await find(id) else { throw Problem.missing(noun, id) }
      return Reply.json(text)
    }
  }
}
