extension DocumentSource {
  /// Line and column, both from 1, of a value of the document; of the nearest value around it when there is none at
  /// `pointer`, as of a default. Columns count UTF-16 units.
  public func place(of pointer: String) -> (line: Int, column: Int) {
    text.place(of: Int(effective.descend(jsonPointerPath(pointer)).node.start))
  }
}
