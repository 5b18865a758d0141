internal import Crypto

/// What an app says of itself and its functions when it registers.
public struct AppRegistration: Sendable, Equatable {
  /// The app's own name, which its functions' ids begin with.
  public var name: String
  public var url: AppURL
  /// `py:v0.5.19`, `js:v4.18.1`.
  public var sdk: String
  public var framework: String?
  public var appVersion: String?
  public var deployType: String?
  public var deployID: String?
  public var functions: [FunctionConfiguration]

  /// The largest body that is looked at, bytes.
  public static let largest = 16 << 20
  private static let mostFunctions = 5_000

  /// Reads the body of `POST /fn/register`; `deployID` is the query parameter. Throws `RegistrationError`.
  public init(parsing body: [UInt8], deployID: String? = nil) throws(RegistrationError) {
    let root = try Self.root(body)
    name = try Self.name(root.required("appName"))
    url = try Self.url(root.required("url"))
    sdk = try root.text("sdk") ?? ""
    framework = try root.text("framework")
    appVersion = try root.text("appVersion")
    deployType = try root.text("deployType")
    let ownDeployID = try root.text("deployId")
    self.deployID = deployID ?? ownDeployID
    functions = try Self.functions(root)
  }

  /// Reads an app's answer to a PUT that asked for its registration in the answer (`in_band`).
  public init(inBandAnswer body: [UInt8]) throws(RegistrationError) {
    let root = try Self.root(body)
    name = try Self.name(root.required("app_id"))
    url = try Self.url(root.required("url"))
    let language = try root.text("sdk_language") ?? ""
    sdk = try root.text("sdk_version").map { "\(language):v\($0)" } ?? language
    framework = try root.text("framework")
    appVersion = try root.text("appVersion")
    (deployType, deployID) = (nil, nil)
    functions = try Self.functions(root)
  }

  private static func root(_ body: [UInt8]) throws(RegistrationError) -> RegistrationField {
    if body.count > largest {
      throw RegistrationError(
        path: "", problem: "it has \(body.count) bytes, and 16 MiB are allowed",
        remedy: "split the app")
    }
    do {
      let root = RegistrationField(value: try JSONValue(parsing: body), path: "")
      try root.object()
      return root
    } catch let error as RegistrationError {
      throw error
    } catch {
      throw RegistrationError(
        path: "", problem: "it is no JSON: \(error)", remedy: "send what the SDK makes")
    }
  }

  private static func name(_ field: RegistrationField) throws(RegistrationError) -> String {
    let name = try field.string()
    if name.isEmpty || name.utf8.count > 256 {
      throw field.fail("it has \(name.utf8.count) bytes", "give the app an id of 1 to 256 bytes")
    }
    return name
  }

  private static func url(_ field: RegistrationField) throws(RegistrationError) -> AppURL {
    let text = try field.string()
    guard let url = AppURL(text) else {
      throw field.fail(
        "'\(text)' is no http or https URL", "give the URL at which the app is served")
    }
    return url
  }

  private static func functions(_ root: RegistrationField) throws(RegistrationError)
    -> [FunctionConfiguration]
  {
    guard let list = root["functions"] else { return [] }
    var functions: [FunctionConfiguration] = []
    var known: Set<String> = []
    for field in try list.list(mostFunctions, "functions") {
      let function = try FunctionConfiguration(field)
      if !known.insert(function.id).inserted {
        throw field.fail("function '\(function.id)' is there twice", "give one another id")
      }
      functions.append(function)
    }
    return functions
  }

  /// The same for registrations that say the same.
  public var digest: String {
    let parts = [name, url.text, sdk, framework ?? "", appVersion ?? ""] + functions.map(\.text)
    let value = JSONValue.array(parts.map { .string($0) })
    return Hexadecimal.encode(SHA256.hash(data: value.bytes))
  }
}
