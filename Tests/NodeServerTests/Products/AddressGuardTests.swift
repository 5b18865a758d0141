import Testing

@testable import NodeServer

@Suite struct AddressGuardTests {
  @Test(
    "addresses of this machine, of private and of special networks are not public",
    arguments: [
      "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255",
      "192.168.1.1",
      "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7",
      "203.0.113.9", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
      "fc00::1",
      "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1",
      "2002:7f00:1::", "2001:db8::1", "2001::1",
    ])
  func special(_ text: String) throws {
    #expect(try #require(IPAddress(text)).isPublic == false, "\(text)")
  }

  @Test(
    "others are",
    arguments: ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])
  func open(_ text: String) throws {
    #expect(try #require(IPAddress(text)).isPublic)
  }

  @Test(
    "what is no address",
    arguments: ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", ":::", "1::2::3", "g::"])
  func none(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(
    "other ways to write this machine's address are found out",
    arguments: [
      "http://127.1/x", "http://2130706433/", "http://0x7f.1/", "http://[::1]:80/",
      "http://localhost/", "http://user@8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd",
      "http:///x", "http://8.8.8.8:99999/", "nonsense",
    ])
  func disguised(_ url: String) async {
    await #expect(throws: AddressGuard.Refused.self) {
      _ = try await AddressGuard(allowsPrivate: false).address(of: url)
    }
  }
}
