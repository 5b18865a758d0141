/// A value in a column. Times are integers of UTC milliseconds, Booleans 0 and 1, JSON is text.
public enum SQLValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
}

/// What can be an argument of a statement.
public protocol SQLConvertible: Sendable {
  var sqlValue: SQLValue { get }
  /// Nil where the column holds something else.
  init?(sqlValue: SQLValue)
}

extension SQLValue: SQLConvertible {
  public var sqlValue: SQLValue { self }
  public init?(sqlValue: SQLValue) { self = sqlValue }
}

extension Int64: SQLConvertible {
  public var sqlValue: SQLValue { .integer(self) }
  public init?(sqlValue: SQLValue) {
    guard case .integer(let value) = sqlValue else { return nil }
    self = value
  }
}

extension Int: SQLConvertible {
  public var sqlValue: SQLValue { .integer(Int64(self)) }
  public init?(sqlValue: SQLValue) {
    guard case .integer(let value) = sqlValue else { return nil }
    self.init(exactly: value)
  }
}

extension Bool: SQLConvertible {
  public var sqlValue: SQLValue { .integer(self ? 1 : 0) }
  public init?(sqlValue: SQLValue) {
    guard case .integer(let value) = sqlValue else { return nil }
    self = value != 0
  }
}

extension Double: SQLConvertible {
  public var sqlValue: SQLValue { .real(self) }
  public init?(sqlValue: SQLValue) {
    switch sqlValue {
    case .real(let value): self = value
    case .integer(let value): self = Double(value)
    default: return nil
    }
  }
}

extension String: SQLConvertible {
  public var sqlValue: SQLValue { .text(self) }
  public init?(sqlValue: SQLValue) {
    guard case .text(let value) = sqlValue else { return nil }
    self = value
  }
}

extension [UInt8]: SQLConvertible {
  public var sqlValue: SQLValue { .blob(self) }
  public init?(sqlValue: SQLValue) {
    guard case .blob(let value) = sqlValue else { return nil }
    self = value
  }
}

extension Optional: SQLConvertible where Wrapped: SQLConvertible {
  public var sqlValue: SQLValue { self?.sqlValue ?? .null }
  public init?(sqlValue: SQLValue) {
    if case .null = sqlValue {
      self = .none
    } else if let value = Wrapped(sqlValue: sqlValue) {
      self = .some(value)
    } else {
      return nil
    }
  }
}

extension SQLConvertible where Self: RawRepresentable, RawValue == String {
  public var sqlValue: SQLValue { .text(rawValue) }
  public init?(sqlValue: SQLValue) {
    guard case .text(let value) = sqlValue else { return nil }
    self.init(rawValue: value)
  }
}

/// Arguments by name: `:owner` in the statement is `["owner": owner]`.
public struct SQLArguments: Sendable, ExpressibleByDictionaryLiteral {
  public private(set) var values: [String: SQLValue]

  public init(dictionaryLiteral elements: (String, any SQLConvertible)...) {
    values = Dictionary(elements.map { ($0, $1.sqlValue) }) { _, last in last }
  }

  public subscript(name: String) -> SQLValue? {
    get { values[name] }
    set { values[name] = newValue }
  }
}

/// One row of a query's answer, by the columns' names.
public struct Row: Sendable {
  let columns: [String: Int]
  let values: [SQLValue]

  /// For drivers; `columns` gives each name its place in `values`.
  public init(columns: [String: Int], values: [SQLValue]) {
    (self.columns, self.values) = (columns, values)
  }

  /// The value in the column of that name. Throws `StorageError` where there is no such column or it holds
  /// a value of another type; a column that may be NULL is read as an optional.
  public func get<Value: SQLConvertible>(_ name: String, as type: Value.Type = Value.self) throws
    -> Value
  {
    guard let place = columns[name] else {
      throw StorageError(.misuse, "the answer has no column '\(name)'")
    }
    guard let value = Value(sqlValue: values[place]) else {
      throw StorageError(
        .damaged, "column '\(name)' holds \(values[place]), which is no \(Value.self)")
    }
    return value
  }
}
