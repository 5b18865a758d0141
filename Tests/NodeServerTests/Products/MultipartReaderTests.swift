import Foundation
import Testing

@testable import NodeServer

@Suite struct MultipartReaderTests {
  private static let type = "multipart/form-data; boundary=b0undary"

  private static func read(_ body: String, pieces: Int) throws -> (String, String) {
    var reader = try MultipartReader(contentType: type, field: "file")
    var (file, bytes) = (Data(), Data(body.utf8))
    while !bytes.isEmpty {
      file += try reader.take(Data(bytes.prefix(pieces)))
      bytes = Data(bytes.dropFirst(pieces))
    }
    try reader.finish()
    return (String(decoding: file, as: UTF8.self), reader.fileName)
  }

  @Test(
    "a file comes out as it went in, however the body is cut", arguments: [1, 2, 3, 7, 64, 10_000])
  func pieces(_ size: Int) throws {
    for content in [
      "hello", "", "\r\n", "\r\n--b0undar", "a\r\n--b0undarx\r\n", "--b0undarx", "\r\n\r\n",
      String(repeating: "line\r\n", count: 50),
    ] {
      let (file, name) = try Self.read(
        ProductBench.form(content, name: "ü \\\"x\\\".md"), pieces: size)
      #expect(file == content)
      #expect(name == "ü \"x\".md")
    }
  }

  @Test("what comes before the first boundary and after the last one does not matter")
  func around() throws {
    let body = "preamble\r\n" + ProductBench.form("x") + "epilogue"
    #expect(try Self.read(body, pieces: 5).0 == "x")
  }

  @Test(
    "a broken form is told as such",
    arguments: [
      "", "nothing of a form", "--b0undary\r\n", "--b0undary--\r\n",
      "--b0undary\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhalf",
      "--b0undary\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--b0undary--",
      "--b0undary\r\nContent-Type: text/plain\r\n\r\nx\r\n--b0undary--",
      "--b0undaryX\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx\r\n--b0undary--",
      "--b0undary\r\n" + String(repeating: "A: b\r\n", count: 5_000),
    ])
  func broken(_ body: String) {
    #expect(throws: MultipartReader.Broken.self) { _ = try Self.read(body, pieces: 1_000) }
  }

  @Test("two files are one too many")
  func two() {
    let one = ProductBench.form("x").dropLast("--\r\n".count)
    #expect(throws: MultipartReader.Broken.self) {
      _ = try Self.read(one + "\r\n" + ProductBench.form("y"), pieces: 100)
    }
  }

  @Test(
    "a boundary must be there and be possible",
    arguments: [
      "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
      "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
    ])
  func boundaries(_ type: String) {
    #expect(throws: MultipartReader.Broken.self) {
      _ = try MultipartReader(contentType: type, field: "file")
    }
  }
}
