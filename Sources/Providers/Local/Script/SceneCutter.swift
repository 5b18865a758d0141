/// Groups sentences into scenes of about the same length, cut where the brief itself begins something new.
struct SceneCutter {
  /// Scenes at most.
  let most: Int
  /// Seconds a scene should take where the brief allows it.
  var ideal = 10.0

  func cut(_ sentences: [BriefSentence]) -> [[BriefSentence]] {
    guard !sentences.isEmpty else { return [] }
    let total = sentences.reduce(0) { $0 + $1.seconds }
    let scenes = min(max(1, most), sentences.count)
    let ideal = max(self.ideal, total / Double(scenes))
    // best[k][j]: the least cost of cutting the first j sentences into k scenes, and where the last one begins.
    var best = [[(cost: Double, from: Int)]](
      repeating: Array(repeating: (.infinity, 0), count: sentences.count + 1), count: scenes + 1)
    best[0][0] = (0, 0)
    for k in 1...scenes {
      for end in k...sentences.count {
        var seconds = 0.0
        for start in stride(from: end - 1, through: k - 1, by: -1) {
          seconds += sentences[start].seconds
          if seconds > ideal * 4, start < end - 1, best[k][end].cost < .infinity { break }
          let cost = best[k - 1][start].cost + self.cost(sentences[start..<end], seconds, ideal)
          if cost < best[k][end].cost { best[k][end] = (cost, start) }
        }
      }
    }
    let count =
      (1...scenes).min { best[$0][sentences.count].cost < best[$1][sentences.count].cost } ?? 1
    return walk(best, sentences, count)
  }

  private func walk(
    _ best: [[(cost: Double, from: Int)]], _ sentences: [BriefSentence], _ count: Int
  ) -> [[BriefSentence]] {
    var scenes: [[BriefSentence]] = []
    var end = sentences.count
    for k in stride(from: count, to: 0, by: -1) {
      let start = best[k][end].from
      scenes.append(Array(sentences[start..<end]))
      end = start
    }
    return scenes.reversed()
  }

  private func cost(_ scene: ArraySlice<BriefSentence>, _ seconds: Double, _ ideal: Double)
    -> Double
  {
    let off = (seconds - ideal) / ideal
    var cost = 2 * off * off
    if seconds > ideal * 1.6 { cost += (seconds / ideal - 1.6) * 3 }
    if seconds < 4.5 { cost += 1 }
    for (before, after) in zip(scene, scene.dropFirst()) {
      if before.section != after.section { cost += 1.2 }
      if before.language != after.language { cost += 1.5 }
    }
    guard let first = scene.first else { return cost }
    if first.position > 0 || first.part > 0 { cost += first.position > 0 ? 0.35 : 0.2 }
    return cost + (SentenceScores.leans(first.text) && first.position > 0 ? 0.3 : 0)
  }
}
