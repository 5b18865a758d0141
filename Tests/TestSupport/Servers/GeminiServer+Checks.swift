internal import Foundation
internal import Synchronization

extension GeminiServer {
  /// What a request holds.
  struct Brief {
    /// Names the bytes or the text that was sent.
    var digest: String
    var wantsPicture: Bool
    /// The turns of the conversation.
    var turns: Int
  }

  struct Refusal: Error {
    var fault: WireFault

    init(_ message: String, status: Int = 400, _ word: String = "INVALID_ARGUMENT") {
      fault = .google(status, word, message)
    }
  }

  func check(_ request: TestRequest) -> Result<Brief, Refusal> {
    Result { () throws(Refusal) in
      guard request.method == "POST", let body = Wire.object(request.body) else {
        throw Refusal("Invalid JSON payload received.")
      }
      try expect(
        body, only: ["contents", "systemInstruction", "safetySettings", "generationConfig"])
      let isPicture = try check(generation: body["generationConfig"] as? [String: Any] ?? [:])
      guard let contents = body["contents"] as? [[String: Any]], !contents.isEmpty else {
        throw Refusal("contents is required")
      }
      var digest = ""
      for content in contents {
        guard ["user", "model"].contains(content["role"] as? String) else {
          throw Refusal("Please use a valid role: user, model.")
        }
        for part in content["parts"] as? [[String: Any]] ?? [] {
          let found = try check(part: part)
          if digest.isEmpty { digest = found }
        }
      }
      guard !digest.isEmpty else { throw Refusal("contents has no parts") }
      return Brief(digest: digest, wantsPicture: isPicture, turns: contents.count)
    }
  }

  private func expect(_ object: [String: Any], only known: Set<String>) throws(Refusal) {
    for name in object.keys where !known.contains(name) {
      throw Refusal("Invalid JSON payload received. Unknown name \"\(name)\": Cannot find field.")
    }
  }

  private func check(generation: [String: Any]) throws(Refusal) -> Bool {
    try expect(
      generation,
      only: [
        "responseMimeType", "responseSchema", "responseJsonSchema", "maxOutputTokens",
        "temperature", "thinkingConfig", "responseModalities", "imageConfig", "mediaResolution",
      ])
    if generation["responseSchema"] != nil, generation["responseJsonSchema"] != nil {
      throw Refusal("Only one of response_schema and response_json_schema may be set")
    }
    if generation["responseJsonSchema"] != nil,
      generation["responseMimeType"] as? String != "application/json"
    {
      throw Refusal("response_json_schema needs response_mime_type application/json")
    }
    if let thinking = generation["thinkingConfig"] as? [String: Any] {
      if thinking.count > 1 { throw Refusal("thinking_budget and thinking_level are exclusive") }
      if let level = thinking["thinkingLevel"] as? String,
        !["MINIMAL", "LOW", "MEDIUM", "HIGH"].contains(level)
      {
        throw Refusal("Invalid value at 'thinking_level'")
      }
    }
    if let image = generation["imageConfig"] as? [String: Any] {
      let shapes = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]
      if !shapes.contains(image["aspectRatio"] as? String ?? "16:9")
        || !["512", "1K", "2K", "4K"].contains(image["imageSize"] as? String ?? "1K")
      {
        throw Refusal("Invalid value at 'image_config'")
      }
    }
    return (generation["responseModalities"] as? [String] ?? []).contains("IMAGE")
  }

  private func check(part: [String: Any]) throws(Refusal) -> String {
    try expect(part, only: ["text", "inlineData", "fileData"])
    if let text = part["text"] as? String { return Wire.digest(text.utf8) }
    if let data = part["inlineData"] as? [String: Any] {
      guard let base64 = data["data"] as? String,
        base64.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+/=".contains($0)) }),
        let bytes = Data(base64Encoded: base64)
      else {
        throw Refusal("Invalid value at 'inline_data.data' (TYPE_BYTES), Base64 decoding failed")
      }
      if data["mimeType"] as? String == "application/pdf", !bytes.starts(with: Array("%PDF".utf8)) {
        throw Refusal("The document has no pages.")
      }
      return Wire.digest(bytes)
    }
    guard let file = part["fileData"] as? [String: Any], let uri = file["fileUri"] as? String,
      let name = uri.split(separator: "/").last.map(String.init)
    else { throw Refusal("a part needs text, inlineData or fileData") }
    return try state.withLock { state throws(Refusal) in
      if state.settings.expired > 0 {
        state.settings.expired -= 1
        throw Refusal(
          "You do not have permission to access the File \(name) or it may not exist.", status: 403,
          "PERMISSION_DENIED")
      }
      guard let upload = state.uploads[name], upload.isFinal,
        upload.polls >= state.settings.processing, !state.deleted.contains(name)
      else {
        throw Refusal(
          "The File \(name) is not in an ACTIVE state and usage is not allowed.", status: 400,
          "FAILED_PRECONDITION")
      }
      return Wire.digest(upload.bytes)
    }
  }
}

extension GeminiServer.Shape {
  /// Scenes that name what was sent.
  func parts(_ brief: GeminiServer.Brief) -> [[String: Any]] {
    func scene(_ page: Any, _ narration: Any) -> [String: Any] {
      [
        "page": page, "title": "Scene \(page)", "narration": narration, "visual": "a calm harbour",
        "keywords": ["harbour", "dawn"],
      ]
    }
    let first = "Page one of \(brief.digest) is told."
    var scenes = [scene(1, first), scene(2, "Page two follows.")]
    switch self {
    case .wrongType: scenes[1]["narration"] = 7
    case .outOfOrder: scenes.reverse()
    case .twoForOnePage: scenes.insert(scene(1, "More of page one."), at: 1)
    case .repeated: scenes.append(scene(2, "Page  two follows!"))
    case .tooMany:
      scenes = (1...40).map {
        scene(1, "Sentence number \($0) \(String(repeating: "x", count: $0)).")
      }
    case .unspeakable: scenes[1]["narration"] = "*** \u{200B} --- "
    case .hostile:
      scenes[0] = scene(
        1,
        "<break time=\"9s\"/>**Bold** {{secret}} [the site](https://example.org/x)\u{202E}\u{7} \(first)\n```rm -rf /```"
      )
      scenes[0]["title"] = "../../etc/passwd \(String(repeating: "long ", count: 40))"
      scenes[0]["background"] = "video"
    case .otherPages:
      scenes[0]["page"] = 99
    default: break
    }
    let data =
      (try? JSONSerialization.data(withJSONObject: ["title": "A film", "scenes": scenes])) ?? Data()
    let text = String(decoding: data, as: UTF8.self)
    switch self {
    case .fenced: return [["text": "```json\n\(text)\n```"]]
    case .thoughtFirst:
      return [
        ["text": "{\"scenes\": hmm", "thought": true], ["text": text, "thoughtSignature": "CsIB"],
      ]
    case .threeParts:
      let third = text.count / 3
      return [
        ["text": String(text.prefix(third))],
        ["text": String(text.dropFirst(third).prefix(third))],
        ["text": String(text.dropFirst(2 * third))],
      ]
    default: return [["text": text]]
    }
  }
}

extension GeminiServer.Pictures {
  func parts(_ settings: GeminiServer.Settings) -> [[String: Any]]? {
    func picture(_ bytes: [UInt8], _ type: String) -> [String: Any] {
      ["inlineData": ["mimeType": type, "data": Data(bytes).base64EncodedString()]]
    }
    let png = picture(settings.png, "image/png")
    switch self {
    case .png: return [["text": "Here it is."], png]
    case .jpeg: return [picture(settings.jpeg, "image/jpeg")]
    case .textOnly: return [["text": "I would draw a harbour."]]
    case .two: return [png, picture(settings.jpeg, "image/jpeg")]
    case .wrongType: return [picture(settings.jpeg, "image/png")]
    case .cutBase64:
      let base64 = Data(settings.png).base64EncodedString()
      return [
        [
          "inlineData": [
            "mimeType": "image/png", "data": String(base64.prefix(base64.count / 2 | 1)),
          ]
        ]
      ]
    case .thoughtFirst:
      var thought = picture(settings.jpeg, "image/jpeg")
      thought["thought"] = true
      return [thought, png]
    case .none: return nil
    }
  }
}
