internal import Foundation
public import WebClient

/// Where Google's generative services are and who calls them.
public struct GoogleAccount: Sendable {
  /// With the version, without a slash at its end.
  public var baseURL: String
  public var key: Secret
  /// What the settings of address and key are called, for messages.
  public var baseURLSetting = "gemini.base_url"
  public var keySetting = "gemini.key"

  public init(
    key: Secret, baseURL: String = "https://generativelanguage.googleapis.com/v1beta"
  ) {
    self.key = key
    self.baseURL = baseURL
    while self.baseURL.hasSuffix("/") { self.baseURL.removeLast() }
  }

  /// Uploads have the same path below another one.
  var uploadURL: String {
    guard var parts = URLComponents(string: baseURL) else { return baseURL }
    parts.path = "/upload" + parts.path
    return parts.string ?? baseURL
  }

  /// Whether the key may be sent to `url`, and `url` be used at all: an address that the service names.
  func owns(_ url: String) -> Bool { WebClient.host(of: url) == WebClient.host(of: baseURL) }

  /// An address that may be fetched: never by a weaker connection than the service's own.
  func allows(_ url: String) -> Bool {
    url.hasPrefix("https://") || url.hasPrefix("http://") && baseURL.hasPrefix("http://")
  }
}

/// Dollars, as the service's price list says; nil where it is not known.
public struct TokenPrices: Sendable, Hashable {
  /// For a million tokens that are read.
  public var input: Double?
  /// For a million tokens that are written, thoughts among them.
  public var output: Double?

  public init(input: Double? = nil, output: Double? = nil) {
    (self.input, self.output) = (input, output)
  }
}

/// Tokens of one or more answers.
struct TokenUse: Sendable, Hashable {
  var input = 0.0
  var output = 0.0

  static func + (one: TokenUse, other: TokenUse) -> TokenUse {
    TokenUse(input: one.input + other.input, output: one.output + other.output)
  }

  func cost(_ prices: TokenPrices) -> Cost {
    var microdollars: Int64?
    if let input = prices.input, let output = prices.output {
      // A price for a million tokens in dollars is one for a token in microdollars.
      microdollars = Int64(min((self.input * input + self.output * output).rounded(), 1e15))
    }
    return Cost(unit: "tokens", amount: input + output, microdollars: microdollars)
  }
}
