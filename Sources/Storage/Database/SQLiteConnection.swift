internal import Foundation
internal import GRDB

/// The protocol's connection over GRDB's.
struct SQLiteConnection: Connection {
  let database: GRDB.Database
  let path: String

  func execute(_ sql: String, _ arguments: SQLArguments) throws -> Int {
    try translating {
      let statement = try prepare(sql, arguments)
      try statement.execute()
      return statement.isReadonly ? 0 : database.changesCount
    }
  }

  func rows(_ sql: String, _ arguments: SQLArguments) throws -> [Row] {
    try translating {
      let statement = try prepare(sql, arguments)
      var names: [String: Int] = [:]
      for (place, name) in statement.columnNames.enumerated() { names[name] = place }
      let cursor = try GRDB.Row.fetchCursor(statement)
      var found: [Row] = []
      while let row = try cursor.next() {
        found.append(Row(columns: names, values: row.databaseValues.map(SQLValue.init)))
      }
      return found
    }
  }

  private func prepare(_ sql: String, _ arguments: SQLArguments) throws -> Statement {
    let statement = try database.cachedStatement(sql: sql)
    if arguments.values.isEmpty {
      statement.arguments = [:]
    } else {
      let values = arguments.values.mapValues(\.databaseValue)
      try statement.setArguments(StatementArguments(values))
    }
    return statement
  }

  private func translating<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as GRDB.DatabaseError {
      throw StorageError(error, path: path)
    }
  }
}

extension SQLValue {
  fileprivate var databaseValue: (any DatabaseValueConvertible)? {
    switch self {
    case .null: nil
    case .integer(let value): value
    case .real(let value): value
    case .text(let value): value
    case .blob(let value): Data(value)
    }
  }

  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let value): self = .integer(value)
    case .double(let value): self = .real(value)
    case .string(let value): self = .text(value)
    case .blob(let value): self = .blob([UInt8](value))
    }
  }
}
