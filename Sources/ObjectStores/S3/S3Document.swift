internal import Foundation
internal import FoundationXML

/// An XML reply: elements with text, without regard to name spaces and attributes.
struct S3Element: Sendable {
  var name: String
  /// Of this element alone.
  var text = ""
  var children: [S3Element] = []

  init(name: String) { self.name = name }

  /// Nil for what is no XML. White space before it, which keeps a connection open, is no fault.
  init?(_ body: [UInt8]) {
    let whiteSpace: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    let trimmed = body.drop { whiteSpace.contains($0) }
    guard !trimmed.isEmpty else { return nil }
    let builder = S3ElementBuilder()
    let parser = XMLParser(data: Data(trimmed))
    parser.delegate = builder
    guard parser.parse(), let root = builder.root else { return nil }
    self = root
  }

  /// The text of the first child of that name.
  subscript(_ name: String) -> String? { children.first { $0.name == name }?.text }

  func all(_ name: String) -> [S3Element] { children.filter { $0.name == name } }
}

private final class S3ElementBuilder: NSObject, XMLParserDelegate {
  private var open: [S3Element] = []
  private(set) var root: S3Element?

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    // No reply of the protocol is deeper than five.
    if open.count >= 32 { return parser.abortParsing() }
    open.append(S3Element(name: String(name.split(separator: ":").last ?? "")))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.indices.last { open[last].text += text }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard let ended = open.popLast() else { return }
    if open.isEmpty { root = ended } else { open[open.count - 1].children.append(ended) }
  }
}
