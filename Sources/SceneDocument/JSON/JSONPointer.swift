/// RFC 6901 text of a path of keys and indices; empty for the whole document.
func jsonPointer(_ path: some Sequence<String>) -> String {
  var text = ""
  for step in path {
    text += "/"
    for scalar in step.unicodeScalars {
      switch scalar {
      case "~": text += "~0"
      case "/": text += "~1"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
  return text
}

/// The keys and indices of a pointer.
func jsonPointerPath(_ pointer: String) -> [String] {
  pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { step in
    var text = ""
    var isEscape = false
    for scalar in step.unicodeScalars {
      if isEscape {
        text.unicodeScalars.append(scalar == "1" ? "/" : "~")
        isEscape = false
      } else if scalar == "~" {
        isEscape = true
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

extension JSONNode {
  /// The node a path leads to, or the last one on the way that exists, with how many steps were taken.
  func descend(_ path: [String]) -> (node: JSONNode, member: JSONMember?, steps: Int) {
    var node = self
    var found: JSONMember?
    for (taken, step) in path.enumerated() {
      switch node.value {
      case .object:
        guard let member = node.member(step) else { return (node, found, taken) }
        (node, found) = (member.node, member)
      case .array(let items):
        guard let index = Int(step), items.indices.contains(index) else {
          return (node, found, taken)
        }
        (node, found) = (items[index], nil)
      default: return (node, found, taken)
      }
    }
    return (node, found, path.count)
  }

  /// The path to the key or value that begins at a byte of the text this tree was read from.
  func path(at offset: Int32) -> [String] {
    var path: [String] = []
    var node = self
    while offset > node.start {
      switch node.value {
      case .object(let members):
        guard let member = members.last(where: { $0.keyStart <= offset }) else { return path }
        path.append(member.key)
        if offset < member.node.start { return path }
        node = member.node
      case .array(let items):
        guard let index = items.lastIndex(where: { $0.start <= offset }) else { return path }
        path.append(String(index))
        node = items[index]
      default: return path
      }
    }
    return path
  }
}
