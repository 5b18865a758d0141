internal import Foundation

/// How PDFs are verified.
public enum PDFInspector: Sendable, Hashable {
  /// In this process: for tools that read files they trust.
  case inProcess
  /// By a child under the limits, which gets the path as its last argument and prints a `PDFInspection` as JSON
  /// (see `PDFInspection.report`). Crashes, hangs and bombs end the child only.
  case child(executable: String, arguments: [String])

  func inspect(_ path: String, limits: BriefLimits) async throws -> PDFInspection {
    guard case .child(let executable, let arguments) = self else {
      return PDFInspection.inspecting(path)
    }
    let child = LimitedChild(
      executable: executable, arguments: arguments, path: path, limits: limits)
    let output = try await child.run(output: 1 << 20)
    guard output.status == 0,
      let answer = try? JSONDecoder().decode(PDFInspection.self, from: Data(output.bytes))
    else {
      throw BriefError(
        .missingTool, path, "the PDF inspector '\(executable)' ended with \(output.status)",
        advice: "check the program's installation")
    }
    return answer
  }
}

extension PDFInspection {
  /// What the inspecting child prints: one line of JSON.
  public static func report(_ path: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let bytes = (try? encoder.encode(inspecting(path))) ?? Data()
    return String(decoding: bytes, as: UTF8.self)
  }
}
