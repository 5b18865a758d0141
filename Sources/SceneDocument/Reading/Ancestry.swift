/// The order in which things that build on each other can be read.
struct Ancestry {
  /// Every name, parents before their children. Of a cycle each is there, in some order.
  private(set) var order: [String] = []
  /// The names of each cycle, in no order.
  private(set) var cycles: [[String]] = []

  /// - Parameter parents: by name; a parent that is no name here is no matter of this list.
  init(names: [String], parents: [String: String]) {
    let known = Set(names)
    var seen: Set<String> = []
    var done: Set<String> = []
    for name in names {
      // Walked without recursion: a chain may be as long as the document.
      var path: [String] = []
      var current: String? = name
      while let step = current, known.contains(step), seen.insert(step).inserted {
        path.append(step)
        current = parents[step]
      }
      if let current, known.contains(current), !done.contains(current),
        let start = path.firstIndex(of: current)
      {
        cycles.append(Array(path[start...]))
      }
      order += path.reversed()
      done.formUnion(path)
    }
  }
}
