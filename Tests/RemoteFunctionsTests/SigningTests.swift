import RemoteFunctions
import Testing

/// The vectors were made with Python's `hmac` and `hashlib`.
@Suite struct SigningTests {
  private static let digits = "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caec0c4f2"
  private static let now: Int64 = 1_795_240_800_000
  private static let body = Array(#"{"a":1,"b":"é"}"#.utf8)
  private static let header =
    "t=1795240800&s=1f96bc1eaf5c37dd273c8c786eb589d5b37cd3cc0123ba8d76e47a8968faa0a6"

  private func key() throws -> SigningKey { try SigningKey("signkey-prod-\(Self.digits)") }

  @Test("a signature is over the body and the seconds")
  func vectors() throws {
    #expect(try key().signature(of: Self.body, now: Self.now) == Self.header)
    #expect(
      try key().signature(of: [], now: Self.now)
        == "t=1795240800&s=76c7ecb700b7f81f6f2171da0602a2809700e88a11187e59e134371a0b130b30")
    #expect(
      try key().hash == "ef616720c360bf82dc2d76a3a686a12686e07817419d22c5c94ad5860f894912")
  }

  @Test("a signature is accepted within five minutes, with either key")
  func checks() throws {
    let other = try SigningKey("signkey-test-12345678")
    let keys = SigningKeys(other, fallback: try key())
    for shift in [-300_000, 0, 300_000] as [Int64] {
      #expect(keys.accepts(signature: Self.header, of: Self.body, now: Self.now + shift))
    }
    for shift in [-301_000, 301_000] as [Int64] {
      #expect(!keys.accepts(signature: Self.header, of: Self.body, now: Self.now + shift))
    }
    let own =
      "t=1795240800&s=b6a5070392f508d7b76e373201179253fff8373e7ca69a0e40174b944b95e6aa"
    #expect(keys.accepts(signature: own, of: Self.body, now: Self.now))
    #expect(!SigningKeys(try key()).accepts(signature: own, of: Self.body, now: Self.now))
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "t=1795240800", "s=1f96", "t=1795240800&s=zz", "t=x&s=1f96", "t=1795240801&s=1f96bc1e",
      "t=9223372036854775807&s=00", "t=-9223372036854775808&s=00", "t=1795240800&s=",
      String(header.dropLast()), header.replacing("1f96", with: "1f97"),
    ])
  func refused(header: String) throws {
    #expect(!SigningKeys(try key()).accepts(signature: header, of: Self.body, now: Self.now))
  }

  @Test("another body is refused")
  func otherBody() throws {
    let keys = SigningKeys(try key())
    #expect(!keys.accepts(signature: Self.header, of: Self.body + [0x20], now: Self.now))
  }

  @Test("an app shows its key hashed or plain, with or without the prefix")
  func bearer() throws {
    let keys = SigningKeys(try SigningKey("signkey-test-12345678"), fallback: try key())
    let hash = try key().hash
    for token in [hash, "signkey-prod-\(hash)", Self.digits, "signkey-prod-\(Self.digits)"] {
      #expect(keys.accepts(authorization: "Bearer \(token)"))
      #expect(keys.accepts(authorization: "bearer \(token)"))
      #expect(!keys.accepts(authorization: token))
    }
    for token in ["", "x", "signkey-prod-", hash.replacing("e", with: "f")] {
      #expect(!keys.accepts(authorization: "Bearer \(token)"))
    }
  }

  @Test(
    "what is no key is refused without being shown",
    arguments: [
      "", "signkey-prod-", "signkey-prod-123", "signkey--1234", "signkey-a-b-1234", "xyz",
    ])
  func badKeys(text: String) {
    let error = #expect(throws: SigningKeyError.self) { try SigningKey(text) }
    #expect(error?.description.contains("signkey-<env>") == true)
  }

  @Test("a key is in no text made of it")
  func hidden() throws {
    #expect(!"\(try key())".contains(Self.digits))
  }

  @Test(
    "canonical JSON",
    arguments: [
      (
        #"{"b":1,"a":[1.0,1e21,1E-7,0.000001,-0,100,1e2,0.1]}"#,
        #"{"a":[1,1e+21,1e-7,0.000001,0,100,100,0.1],"b":1}"#
      ),
      (
        #"{"\u20ac":1,"\r":2,"1":3,"\ud83d\ude00":4,"\u0080":5,"\u00f6":6,"\ufb33":7}"#,
        "{\"\\r\":2,\"1\":3,\"\u{80}\":5,\"ö\":6,\"€\":1,\"😀\":4,\"\u{fb33}\":7}"
      ),
      (
        #"[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]"#,
        "[333333333.3333333,1e+30,4.5,0.002,1e-27]"
      ),
      (
        #"[null, true, "\u20ac$\u000f\nA'B\"\\\\\"/"]"#,
        #"[null,true,"€$\u000f\nA'B\"\\\\\"/"]"#
      ),
      ("9007199254740993", "9007199254740992"),
      ("1234567890123456789012", "1.2345678901234568e+21"),
      ("123456789012345678901", "123456789012345680000"), ("-1.5e-9", "-1.5e-9"),
      ("5e-324", "5e-324"),
      ("1.7976931348623157e308", "1.7976931348623157e+308"), ("0.1e1", "1"),
    ])
  func canonical(text: String, expected: String) throws {
    let bytes = CanonicalJSON.bytes(of: try JSONValue(parsing: text))
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }
}
