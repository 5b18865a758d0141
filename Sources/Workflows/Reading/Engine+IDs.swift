internal import Storage

extension Engine {
  /// The id of the run that ends or begins with `part`, in either case of letters. Throws `InvalidRun` when
  /// there is none, or more than one.
  public func fullID(ofRun part: String) async throws -> String {
    let part = part.uppercased()
    guard (1...26).contains(part.utf8.count), part.utf8.allSatisfy(\.isAlphanumeric) else {
      throw InvalidRun.missing(part)
    }
    let found = try await core.database.read { db in
      try db.rows(
        """
        SELECT id FROM workflow_run WHERE id >= :part AND id <= :last
        UNION SELECT id FROM workflow_run WHERE id LIKE :end
        LIMIT 2
        """, ["part": part, "last": part + "~", "end": "%" + part]
      ).map { try $0.get("id", as: String.self) }
    }
    guard found.count == 1 else { throw InvalidRun.missing(part) }
    return found[0]
  }
}

extension UInt8 {
  fileprivate var isAlphanumeric: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self)
  }
}
