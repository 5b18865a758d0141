internal import Foundation

/// Reads a schedule's text.
struct CronParser {
  var text: String

  private static let longest = 255

  private static let descriptors = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
  ]

  func rule() throws(CronError) -> CronSchedule.Rule {
    guard text.utf8.count <= Self.longest else {
      throw CronError(
        String(text.prefix(40)) + "…", "it is longer than \(Self.longest) bytes",
        "write it shorter, or give the function several schedules")
    }
    var words = text.split(whereSeparator: \.isWhitespace)[...]
    let zone = try zone(&words)
    guard let first = words.first else {
      throw error("it is empty", "write five fields, such as '0 6 * * *', or '@daily'")
    }
    if first.hasPrefix("@") { return try descriptor(words, zone) }
    return .fields(try fields(words), zone: zone ?? .gmt)
  }

  /// Takes `TZ=Area/City` from the beginning.
  private func zone(_ words: inout ArraySlice<Substring>) throws(CronError) -> TimeZone? {
    guard let word = words.first, word.hasPrefix("TZ=") || word.hasPrefix("CRON_TZ=") else {
      return nil
    }
    words.removeFirst()
    let name = String(word.drop { $0 != "=" }.dropFirst())
    guard let zone = TimeZone(identifier: name) else {
      throw error("there is no time zone '\(name)'", "name one as 'Asia/Seoul' or 'UTC'")
    }
    return zone
  }

  private func descriptor(
    _ words: ArraySlice<Substring>, _ zone: TimeZone?
  ) throws(CronError) -> CronSchedule.Rule {
    let name = words[words.startIndex]
    if name == "@every" { return try every(words.dropFirst(), zone) }
    guard let fields = Self.descriptors[name.lowercased()], words.count == 1 else {
      throw error(
        "'\(words.joined(separator: " "))' is no descriptor",
        "write @hourly, @daily, @weekly, @monthly, @yearly, or '@every 90s'")
    }
    return .fields(try self.fields(fields.split(separator: " ")[...]), zone: zone ?? .gmt)
  }

  private func every(
    _ words: ArraySlice<Substring>, _ zone: TimeZone?
  ) throws(CronError) -> CronSchedule.Rule {
    if zone != nil {
      throw error("'@every' knows no time zone", "leave the time zone out")
    }
    let period: Duration
    do {
      period = try DurationText.parse(words.joined(separator: " "))
    } catch {
      throw self.error("\(error.problem)", "write '@every' and a duration, such as 90s or 1h30m")
    }
    let milliseconds = period.wholeMilliseconds
    guard milliseconds >= 1000, milliseconds <= 366 * 86_400_000, milliseconds % 1000 == 0 else {
      throw error(
        "'@every \(period.text)' is not between 1 s and 366 days in whole seconds",
        "write '@every' and such a duration, as 90s or 1h30m")
    }
    return .every(milliseconds: milliseconds)
  }

  private func fields(_ words: ArraySlice<Substring>) throws(CronError) -> CronFields {
    let words = Array(words)
    guard words.count == 5 else {
      throw error(
        "it has \(words.count) fields",
        "write five: minute, hour, day of the month, month, day of the week")
    }
    let weekdays = try set(words[4], .weekday)
    let fields = CronFields(
      minutes: try set(words[0], .minute) ?? Set(0...59),
      hours: try set(words[1], .hour) ?? Set(0...23),
      days: try set(words[2], .day), months: try set(words[3], .month) ?? Set(1...12),
      weekdays: weekdays.map { Set($0.map { $0 % 7 }) })
    guard fields.comesAtAll else {
      throw error("no month of it has such a day", "name a day that one of its months has")
    }
    return fields
  }

  /// The values of one field; nil for `*`.
  private func set(_ field: Substring, _ kind: CronField) throws(CronError) -> Set<Int>? {
    var values: Set<Int> = []
    var isAny = false
    for part in field.split(separator: ",", omittingEmptySubsequences: false) {
      if part == "*" || part == "*/1" { isAny = true }
      values.formUnion(try range(part, kind))
    }
    return isAny ? nil : values
  }

  private func range(_ part: Substring, _ kind: CronField) throws(CronError) -> [Int] {
    let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let step = try halves.count == 2 ? step(halves[1], kind) : 1
    if halves[0] == "*" { return Array(stride(from: kind.first, through: kind.last, by: step)) }
    let ends = halves[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let from = try value(ends[0], kind)
    let open = halves.count == 2 ? kind.last : from
    let to = try ends.count == 2 ? value(ends[1], kind) : open
    guard from <= to else {
      throw error(
        "the \(kind.name) range '\(halves[0])' ends before it begins",
        "write it as two, such as '\(from)-\(kind.last),\(kind.first)-\(to)'")
    }
    return Array(stride(from: from, through: to, by: step))
  }

  private func step(_ word: Substring, _ kind: CronField) throws(CronError) -> Int {
    guard let step = number(word), step > 0, step <= kind.last else {
      throw error(
        "'\(word)' is no step of the \(kind.name)", "write a number from 1 to \(kind.last)")
    }
    return step
  }

  private func value(_ word: Substring, _ kind: CronField) throws(CronError) -> Int {
    if let place = kind.names.firstIndex(of: word.uppercased()) { return place + kind.first }
    if let number = number(word), kind.first...kind.last ~= number { return number }
    let names = kind.names.isEmpty ? "" : " or a name such as \(kind.names[1])"
    throw error(
      "'\(word)' is no \(kind.name)",
      "write a number from \(kind.first) to \(kind.last)\(names), a range or '*'")
  }

  /// Digits alone: no sign, no blanks.
  private func number(_ word: Substring) -> Int? {
    word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(word) : nil
  }

  private func error(_ problem: String, _ remedy: String) -> CronError {
    CronError(text, problem, remedy)
  }
}

/// One of the five places.
struct CronField {
  var name: String
  var first: Int
  var last: Int
  var names: [String] = []

  static let minute = CronField(name: "minute", first: 0, last: 59)
  static let hour = CronField(name: "hour", first: 0, last: 23)
  static let day = CronField(name: "day of the month", first: 1, last: 31)
  static let month = CronField(
    name: "month", first: 1, last: 12,
    names: [
      "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ])
  static let weekday = CronField(
    name: "day of the week", first: 0, last: 7,
    names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])
}
