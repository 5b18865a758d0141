public import WebClient

/// Where OpenAI, or a service that speaks as it does, is and who calls it.
public struct OpenAIAccount: Sendable {
  /// With the version, without a slash at its end.
  public var baseURL: String
  /// Nil for a server that wants none.
  public var key: Secret?
  public var organization: String?
  public var project: String?
  /// What the settings of address and key are called, for messages.
  public var baseURLSetting = "openai.base_url"
  public var keySetting = "openai.key"

  public init(key: Secret?, baseURL: String = "https://api.openai.com/v1") {
    self.key = key
    self.baseURL = baseURL
    while self.baseURL.hasSuffix("/") { self.baseURL.removeLast() }
  }

  var headers: [(name: String, value: String)] {
    var headers = [(name: String, value: String)]()
    if let key { headers.append(("authorization", "Bearer \(key.value)")) }
    if let organization { headers.append(("openai-organization", organization)) }
    if let project { headers.append(("openai-project", project)) }
    return headers
  }
}
