internal import SceneDocument

/// Lets a language model write a script, and once more with what would mend its first answer where that cannot be used.
struct ScriptRounds: Sendable {
  let prompt: ScriptPrompt
  let calls: VendorCalls
  /// What the setting of the model is called.
  let modelSetting: String
  /// What an answer is taken to cost where the service does not say.
  let expected: TokenUse

  /// What differs from the first question.
  struct Round: Sendable {
    /// The first answer did not fit into its tokens.
    var needsMoreRoom = false
    /// The first answer and what is wrong with it.
    var correction: (answer: String, words: String)?
  }

  struct Draft: Sendable {
    var text: String
    var isCutOff: Bool
    /// The service's word for why it ended.
    var ending: String
    var use: TokenUse?
    var id: String?
  }

  struct Finished: Sendable {
    var script: Script
    var use: TokenUse
    var id: String?
  }

  /// Throws what `ask` throws, and `ProviderError` where the second answer cannot be used either.
  func run(_ ask: (Round) async throws -> Draft) async throws -> Finished {
    var round = Round()
    var use = TokenUse()
    var last = (code: "", words: "")
    for _ in 0..<2 {
      let draft = try await ask(round)
      use = use + (draft.use ?? expected)
      round = Round()
      if draft.isCutOff {
        // Half of a script is not looked at.
        round.needsMoreRoom = true
        last = ("MAX_TOKENS", "its answer did not fit into the tokens that it may have")
      } else if draft.text.allSatisfy(\.isWhitespace) {
        let ending = draft.ending.isEmpty ? "no reason given" : draft.ending
        last = (ending, "it answered nothing (\(ending))")
      } else {
        do throws(ScriptAnswer.Problems) {
          let reader = ScriptAnswer(request: prompt.request, backgrounds: prompt.backgrounds)
          let script = try reader.script(of: draft.text)
          return Finished(script: script, use: use, id: calls.id(draft.id))
        } catch {
          round.correction = (String(draft.text.prefix(60_000)), prompt.repair(error.list))
          last = (
            "unfit_answer", "its script cannot be used: \(error.list.joined(separator: "; "))"
          )
        }
      }
    }
    throw calls.error(
      .permanent, code: last.code, "\(calls.name) was asked twice, and \(last.words)",
      advice: "name another model in '\(modelSetting)', or give a shorter brief")
  }
}
