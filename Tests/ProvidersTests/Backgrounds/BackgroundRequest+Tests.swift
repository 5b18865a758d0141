import Providers
import TestSupport

extension BackgroundRequest {
  /// A small one.
  static func small(
    title: String = "The sea", prompt: String = "", keywords: [String] = ["sea"], width: Int = 64,
    height: Int = 36, rate: Int = 4, position: Int = 0, style: String = "film"
  ) -> BackgroundRequest {
    BackgroundRequest(
      kind: .drawn, title: title, prompt: prompt, keywords: keywords, width: width,
      height: height, rate: rate, duration: 9, position: position, count: 6, style: style,
      language: "en")
  }
}

extension ProviderCall {
  static func into(_ folder: TempFolder) -> ProviderCall {
    ProviderCall(id: "01JC", startedAt: 0, folder: folder.path)
  }
}

extension Started {
  /// What was made at once.
  var file: MediaFile? {
    if case .finished(let made) = self { return made.value }
    return nil
  }
}
