import Foundation
import Storage
import Testing

@Suite struct SQLiteDatabaseTests {
  @Test("concurrent writes share a commit, and each is undone alone when it throws")
  func groupCommit() async throws {
    let folder = try TemporaryFolder()
    let database = try SQLiteDatabase(path: folder.path("a.db"), migrations: [.numbers])
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          try? await database.write { connection in
            try connection.execute("INSERT INTO number (value) VALUES (:value)", ["value": number])
            if number % 10 == 3 { throw CancellationError() }
          }
        }
      }
    }
    let row = try #require(
      await database.read { try $0.row("SELECT count(*) AS n, min(value) AS least FROM number") })
    #expect(try row.get("n", as: Int.self) == 180)
    #expect(try row.get("least", as: Int?.self) == 0)
  }

  @Test("what a reader sees is a snapshot, and it cannot write")
  func snapshot() async throws {
    let folder = try TemporaryFolder()
    let database = try SQLiteDatabase(path: folder.path("a.db"), migrations: [.numbers])
    let error = await #expect(throws: StorageError.self) {
      try await database.read { try $0.execute("DELETE FROM number") }
    }
    #expect(error?.kind == .readOnly)
  }

  @Test("values come back as they were stored")
  func values() async throws {
    let folder = try TemporaryFolder()
    let database = try SQLiteDatabase(path: folder.path("a.db"), migrations: [])
    let row = try #require(
      await database.read {
        try $0.row(
          "SELECT :none AS none, :int AS int, :real AS real, :text AS text, :bytes AS bytes",
          [
            "none": String?.none, "int": Int64.max, "real": 0.1, "text": "하나\0둘",
            "bytes": [0, 255] as [UInt8],
          ])
      })
    #expect(try row.get("none", as: Int?.self) == nil)
    #expect(try row.get("int", as: Int64.self) == .max)
    #expect(try row.get("real", as: Double.self) == 0.1)
    #expect(try row.get("bytes", as: [UInt8].self) == [0, 255])
    #expect(throws: StorageError.self) { try row.get("none", as: Int.self) }
    #expect(throws: StorageError.self) { try row.get("missing", as: Int.self) }
  }

  @Test("a broken rule of the schema is told from a fault")
  func constraint() async throws {
    let folder = try TemporaryFolder()
    let database = try SQLiteDatabase(path: folder.path("a.db"), migrations: [.numbers])
    let error = await #expect(throws: StorageError.self) {
      try await database.write {
        for _ in 0..<2 { try $0.execute("INSERT INTO number (value) VALUES (:v)", ["v": 7]) }
      }
    }
    #expect(error?.kind == .constraint)
  }

  @Test(
    "a file that is no database, a damaged one and one of a newer version are refused with what to do"
  )
  func refusals() async throws {
    let folder = try TemporaryFolder()
    let text = folder.path("text.db")
    try Data(String(repeating: "no database at all. ", count: 100).utf8).write(
      to: URL(fileURLWithPath: text))
    #expect(kind { try SQLiteDatabase(path: text, migrations: []) } == .notADatabase)

    let newer = folder.path("newer.db")
    do {
      let database = try SQLiteDatabase(path: newer, migrations: [.numbers])
      try await database.write {
        for value in 0..<5000 {
          try $0.execute("INSERT INTO number (value) VALUES (:v)", ["v": value])
        }
      }
    }
    let older = MigrationSet(name: "numbers", files: [])
    #expect(kind { try SQLiteDatabase(path: newer, migrations: [older]) } == .newerSchema)
    let two = MigrationSet(
      name: "more", files: [("m0001", Array("CREATE TABLE more (a TEXT) STRICT;\n".utf8))])
    var careful = SQLiteDatabase.Options()
    careful.migrates = false
    #expect(
      kind { try SQLiteDatabase(path: newer, migrations: [two], options: careful) } == .olderSchema)

    let copy = folder.path("damaged.db")
    try await SQLiteDatabase(path: newer, migrations: [.numbers]).backUp(to: copy)
    let file = try #require(FileHandle(forUpdatingAtPath: copy))
    try file.seek(toOffset: 3 * 4096)
    try file.write(contentsOf: Data(repeating: 0x5a, count: 3 * 4096))
    try file.close()
    #expect(kind { try SQLiteDatabase(path: copy, migrations: [.numbers]) } == .damaged)
    #expect(
      kind { try SQLiteDatabase(path: folder.path("no/such/a.db"), migrations: []) } == .cannotOpen)
  }

  @Test("a backup is whole while others write")
  func backup() async throws {
    let folder = try TemporaryFolder()
    let database = try SQLiteDatabase(path: folder.path("a.db"), migrations: [.numbers])
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for value in 0..<300 {
          try await database.write {
            try $0.execute("INSERT INTO number (value) VALUES (:v)", ["v": value])
          }
        }
      }
      group.addTask {
        for copy in 0..<5 { try await database.backUp(to: folder.path("\(copy).db")) }
      }
      try await group.waitForAll()
    }
    let copy = try SQLiteDatabase(path: folder.path("4.db"), migrations: [.numbers])
    #expect(try await copy.faults() == [])
  }

  @Test("a commit of anybody is heard of")
  func commits() async throws {
    let folder = try TemporaryFolder()
    let database = try SQLiteDatabase(path: folder.path("a.db"), migrations: [.numbers])
    let other = try SQLiteDatabase(path: folder.path("a.db"), migrations: [.numbers])
    var news = database.commits().makeAsyncIterator()
    let writing = Task {
      for value in 0... {
        try await other.write {
          try $0.execute("INSERT INTO number (value) VALUES (:v)", ["v": value])
        }
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    #expect(await news.next() != nil)
    writing.cancel()
  }

  private func kind(_ open: () throws -> SQLiteDatabase) -> StorageError.Kind? {
    do {
      _ = try open()
      return nil
    } catch { return (error as? StorageError)?.kind }
  }
}

extension MigrationSet {
  static let numbers = MigrationSet(
    name: "numbers",
    files: [
      (
        "m0001-numbers",
        Array(
          """
          -- A table; of numbers.
          CREATE TABLE number (
            value INTEGER PRIMARY KEY
          ) STRICT;
          CREATE TABLE twice (value INTEGER REFERENCES number (value)) STRICT;

          """.utf8)
      )
    ])
}

/// A folder that is deleted with its last user.
final class TemporaryFolder: Sendable {
  let root: String
  init() throws {
    root = NSTemporaryDirectory() + "storage-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }
  func path(_ name: String) -> String { root + "/" + name }
  deinit { try? FileManager.default.removeItem(atPath: root) }
}
