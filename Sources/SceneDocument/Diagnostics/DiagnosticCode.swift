/// What kind of problem a diagnostic tells of. The text of a code never changes its meaning.
public enum DiagnosticCode: String, Sendable, Hashable, Codable, CaseIterable {
  // The document
  case jsonSyntax = "E_JSON_SYNTAX"
  case duplicateKey = "E_DUPLICATE_KEY"
  case specVersion = "E_SPEC_VERSION"
  case unknownKey = "E_UNKNOWN_KEY"
  case missingKey = "E_MISSING_KEY"
  case type = "E_TYPE"
  case range = "E_RANGE"
  case word = "E_ENUM"
  case unknownReference = "E_REF_UNKNOWN"
  case duplicateID = "E_ID_DUPLICATE"
  case layoutConflict = "E_LAYOUT_CONFLICT"
  case undefinedVariable = "E_VAR_UNDEFINED"
  case styleCycle = "E_STYLE_CYCLE"
  case variantTiming = "E_VARIANT_TIMING"
  case limit = "E_LIMIT"
  /// Part of the specification that this version of the compositor does not do.
  case notSupported = "E_NOT_SUPPORTED"

  // Timing
  case durationUnresolved = "E_DURATION_UNRESOLVED"
  case speechCut = "E_SPEECH_CUT"
  case speedRange = "E_SPEED_RANGE"
  case transitionTooLong = "E_TRANSITION_TOO_LONG"
  case mediaTooShort = "E_MEDIA_TOO_SHORT"

  // Assets
  case assetMissing = "E_ASSET_MISSING"
  case assetHash = "E_ASSET_HASH"
  case pathForbidden = "E_PATH_FORBIDDEN"
  case assetChanged = "E_ASSET_CHANGED"

  // Media
  case mediaFormat = "E_MEDIA_FORMAT"
  case mediaLimit = "E_MEDIA_LIMIT"
  case mediaDamaged = "E_MEDIA_DAMAGED"
  case mediaNoStream = "E_MEDIA_NO_STREAM"
  case mediaQuarantined = "E_MEDIA_QUARANTINED"
  case decoderCrash = "E_DECODER_CRASH"

  // Text
  case glyphMissing = "E_GLYPH_MISSING"
  case captionOverflow = "E_CAPTION_OVERFLOW"
  case textOverflow = "E_TEXT_OVERFLOW"
  case wordsOrder = "E_WORDS_ORDER"

  // The host
  case diskFull = "E_DISK_FULL"
  case memory = "E_MEMORY"
  case noProgress = "E_TIMEOUT_NO_PROGRESS"
  case leaseLost = "E_LEASE_LOST"
  case databaseBusy = "E_DB_BUSY"
  case databaseDamaged = "E_DB_DAMAGED"
  case databaseVersion = "E_DB_VERSION"
  case inputOutput = "E_IO"

  // The engine
  case segmentMismatch = "E_SEGMENT_MISMATCH"
  case verifyFrames = "E_VERIFY_FRAMES"
  case verifySamples = "E_VERIFY_SAMPLES"
  case notReproducible = "E_NOT_REPRODUCIBLE"
  case internalError = "E_INTERNAL"

  // Golden frames
  case goldenMissing = "E_GOLDEN_MISSING"
  case goldenDamaged = "E_GOLDEN_DAMAGED"
  case goldenSettings = "E_GOLDEN_SETTINGS"
  case goldenExpired = "E_GOLDEN_EXPIRED"
  case goldenRefused = "E_GOLDEN_REFUSED"
  case goldenDiffers = "E_GOLDEN_DIFFERS"

  // The user
  case cancelled = "E_CANCELLED"

  // Warnings
  case durationExtended = "W_DURATION_EXTENDED"
  case durationHint = "W_DURATION_HINT"
  case policyApplied = "W_POLICY_APPLIED"
  case colorGuessed = "W_COLOR_GUESSED"
  case variableRate = "W_VFR_NORMALISED"
  case upscaled = "W_UPSCALED"
  case lipSync = "W_LIPSYNC"
  case avatarAudioIgnored = "W_AVATAR_AUDIO_IGNORED"
  case loudnessLimited = "W_LOUDNESS_LIMITED"
  case readingSpeed = "W_READING_SPEED"
  case captionOccluded = "W_CAPTION_OCCLUDED"
  case captionsCut = "W_CAPTION_CUT"
  case lowContrast = "W_LOW_CONTRAST"
  case safeArea = "W_SAFE_AREA"
  case damagedMedia = "W_MEDIA_DAMAGED"
  case transitionIgnored = "W_TRANSITION_IGNORED"
  case unusedVariable = "W_VAR_UNUSED"
  case unusedAsset = "W_ASSET_UNUSED"
  case eventUnheard = "W_EVENT_UNHEARD"
  case eventRepeated = "W_EVENT_REPEATED"

  public var severity: Diagnostic.Severity { rawValue.hasPrefix("W_") ? .warning : .error }

  /// Whether the same work may succeed when it is tried again unchanged.
  public var isRetryable: Bool {
    switch self {
    case .diskFull, .memory, .noProgress, .leaseLost, .databaseBusy, .inputOutput: true
    case .segmentMismatch, .verifyFrames, .verifySamples, .internalError, .decoderCrash: true
    default: false
    }
  }
}
