internal import Foundation
internal import Pipelines
internal import Providers
internal import SceneDocument
internal import Storage

/// The script and the costs of a film that is not made.
struct DryRun {
  var order: VideoPipeline.Order
  var pipeline: VideoPipeline

  func tell(_ console: Console) async throws -> ExitStatus {
    let estimate = try await pipeline.estimate(order)
    if console.json {
      return console.print([
        "state": "done", "title": .string(estimate.script.title),
        "seconds": .number((estimate.seconds * 10).rounded() / 10),
        "microdollars": estimate.microdollars.map { .number(Double($0)) } ?? .null,
        "budget_microdollars": order.budgetMicrodollars.map { .number(Double($0)) } ?? .null,
        "budget_note": .init(text: budgetNote(estimate)),
        "script_is_draft": .bool(estimate.isDraft),
        "scenes": .array(
          estimate.script.scenes.map {
            [
              "title": .string($0.title), "narration": .string($0.narration),
              "visual": .string($0.visual), "language": .string($0.language),
            ]
          }),
        "costs": .array(
          estimate.lines.map {
            [
              "what": .string($0.what), "provider": .string($0.provider),
              "unit": .string($0.cost.unit), "amount": .number($0.cost.amount),
              "microdollars": $0.cost.microdollars.map { .number(Double($0)) } ?? .null,
            ]
          }),
      ])
    }
    var lines = [console.styled(estimate.script.title, .bold)]
    for (number, scene) in estimate.script.scenes.enumerated() {
      lines.append("\(number + 1). \(scene.title)\n   \(scene.narration)")
    }
    lines.append(
      "about \(Int(estimate.seconds.rounded())) s"
        + (estimate.isDraft
          ? "; the script is a draft made here, the service's own will differ" : ""))
    for line in estimate.lines {
      let price = line.cost.microdollars.map(Dollars.text) ?? "price not set"
      let amount =
        line.cost.unit == "none"
        ? "made here" : "\(line.cost.amount.text(decimals: 0)) \(line.cost.unit)"
      lines.append("\(line.what)  \(line.provider)  \(amount)  \(price)")
    }
    lines.append(
      "in all  "
        + (estimate.microdollars.map(Dollars.text)
          ?? "not known: set the prices ('reelnode settings')"))
    if let note = budgetNote(estimate) { lines.append("budget  " + note) }
    return console.print(lines.joined(separator: "\n") + "\n")
  }

  /// Why the film would pause; nil where the budget suffices or none is given.
  private func budgetNote(_ estimate: FilmEstimate) -> String? {
    guard let budget = order.budgetMicrodollars else { return nil }
    let unknown = estimate.lines.filter { $0.cost.microdollars == nil }
    if !unknown.isEmpty {
      let advice = unknown.map { pipeline.studio.shelf.priceAdvice($0.what, $0.provider) }
      return
        "\(Dollars.text(budget)) does not let the film begin what has no price: \(advice.joined(separator: "; "))"
    }
    guard let price = estimate.microdollars, price > 0, price > budget else { return nil }
    return
      "\(Dollars.text(budget)) does not suffice: the film would pause until it is raised with --budget"
  }
}
