/// A Markdown line without its marks.
enum MarkdownInline {
  static func spoken(_ text: some StringProtocol) -> String {
    var line = String(text)
    guard line.utf8.contains(where: { Self.marks.contains($0) }) else { return line }
    // Escaped marks, and those in code, are kept from what follows.
    line = line.replacing(/\\([!-\/:-@\[-`{-~])|(`+)(.+?)\2/) { match in
      kept(match.output.1 ?? match.output.3 ?? "")
    }
    line = line.replacing(/!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])/, with: "")
    line = line.replacing(/\[\^[^\]]+\]/, with: "")
    line = line.replacing(/\[([^\]\[]*)\](\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])/) { $0.output.1 }
    line = line.replacing(/<((?:https?|mailto):[^>\s]+)>/) { $0.output.1 }
    line = line.replacing(/<br\s*\/?>/.ignoresCase(), with: " ")
    line = line.replacing(/<\/?[a-zA-Z][^<>]*>/, with: "")
    line = line.replacing(/`+/, with: "")
    line = line.replacing(/\*{1,3}|~~|==/, with: "")
    line = line.replacing(/(^|[\s(\["'“])_{1,3}(\S)/) { "\($0.output.1)\($0.output.2)" }
    line = line.replacing(/(\S)_{1,3}($|[\s.,;:!?)\]"'”])/) { "\($0.output.1)\($0.output.2)" }
    return unescaped(entities(line))
  }

  /// Bytes that may be markup.
  private static let marks = Set("\\![<`*~=_&".utf8)

  /// Marks of ASCII as what `unescaped` makes marks again.
  private static func kept(_ text: Substring) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          (0x21...0x7E).contains(scalar.value) && !scalar.properties.isAlphabetic
            ? UnicodeScalar(0xE100 + scalar.value) ?? " " : scalar
        }))
  }

  private static func unescaped(_ line: String) -> String {
    guard line.unicodeScalars.contains(where: { (0xE100...0xE17F).contains($0.value) }) else {
      return line
    }
    return String(
      String.UnicodeScalarView(
        line.unicodeScalars.map { scalar in
          (0xE100...0xE17F).contains(scalar.value)
            ? UnicodeScalar(scalar.value - 0xE100) ?? " " : scalar
        }))
  }

  private static func entities(_ line: String) -> String {
    guard line.contains("&") else { return line }
    let named = [
      "nbsp": " ", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "amp": "&", "mdash": "—",
      "ndash": "–",
      "hellip": "…", "rsquo": "’", "lsquo": "‘", "ldquo": "“", "rdquo": "”", "deg": "°",
      "times": "×", "copy": "©",
      "middot": "·", "bull": "•", "euro": "€",
    ]
    return line.replacing(/&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});/) { match in
      let name = match.output.1
      guard name.hasPrefix("#") else { return named[String(name)] ?? String(match.output.0) }
      let digits = name.dropFirst()
      let value =
        digits.first?.lowercased() == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
      return value.flatMap(UnicodeScalar.init).map { String(Character($0)) } ?? ""
    }
  }
}
