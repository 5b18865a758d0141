internal import Foundation

/// A body of type `multipart/form-data`.
struct SupabaseForm {
  var fields: [String: String] = [:]
  var file: [UInt8] = []
  var fileType = "application/octet-stream"

  /// Nil for other bodies, and for broken ones.
  init?(_ request: TestRequest) {
    guard let type = request.header("content-type"), type.hasPrefix("multipart/form-data"),
      let mark = type.firstMatch(of: #/boundary="?([^";]+)/#)?.output.1
    else { return nil }
    let data = Data(request.body)
    let boundary = Data("--\(mark)".utf8)
    var places: [Range<Data.Index>] = []
    var from = data.startIndex
    while let found = data.range(of: boundary, in: from..<data.endIndex) {
      places.append(found)
      from = found.upperBound
    }
    guard places.count >= 2 else { return nil }
    for (one, next) in zip(places, places.dropFirst()) {
      let part = data[one.upperBound..<next.lowerBound]
      guard let gap = part.range(of: Data("\r\n\r\n".utf8)) else { return nil }
      let head = String(decoding: part[..<gap.lowerBound], as: UTF8.self)
      let body = part[gap.upperBound...].dropLast(2)
      let name = head.firstMatch(of: #/[; ]name="([^"]*)"/#)?.output.1 ?? ""
      if head.contains("filename=") {
        file = Array(body)
        if let told = head.firstMatch(of: #/(?i)content-type: *([^\r\n]+)/#)?.output.1 {
          fileType = String(told)
        }
      } else {
        fields[String(name)] = String(decoding: body, as: UTF8.self)
      }
    }
  }
}
