import Foundation
import TestSupport
import Testing

/// A few dozen rounds of `Scripts/chaos`, which has hundreds.
@Suite(.serialized) struct ChaosTests {
  private static let program = URL(fileURLWithPath: ReelnodeProgram.path)
    .deletingLastPathComponent().appendingPathComponent("chaos").path

  @Test("killed workers and children lose no film, and do no segment twice")
  func films() throws {
    let outcome = try Tool.run(
      Self.program, ["film", "--rounds", "12", "--seed", "3", "--reelnode", ReelnodeProgram.path])
    #expect(outcome.status == 0, "\(outcome.outputText) \(outcome.errorText)")
    #expect(!outcome.outputText.contains(#""kills":0"#))
  }

  @Test("a film killed at any moment is the same film when the command is given again")
  func makes() throws {
    let outcome = try Tool.run(
      Self.program, ["make", "--kills", "6", "--seed", "3", "--reelnode", ReelnodeProgram.path])
    #expect(outcome.status == 0, "\(outcome.outputText) \(outcome.errorText)")
  }

  @Test("killed at any moment, nothing is asked of a service twice that has to be paid for")
  func paid() throws {
    let outcome = try Tool.run(
      Self.program,
      ["make", "--kills", "3", "--seed", "5", "--services", "--reelnode", ReelnodeProgram.path])
    #expect(outcome.status == 0, "\(outcome.outputText) \(outcome.errorText)")
  }

  @Test("a killed node and a killed app of the Inngest SDK lose nothing and redo no finished step")
  func serves() throws {
    let outcome = try Tool.run(
      Self.program, ["serve", "--kills", "3", "--seed", "3", "--reelnode", ReelnodeProgram.path])
    #expect(outcome.status == 0, "\(outcome.outputText) \(outcome.errorText)")
    #expect(outcome.outputText.contains(#""kills":3,"app_kills":1"#))
  }

  @Test("a killed engine loses no run, and runs no finished step again")
  func runs() throws {
    let outcome = try Tool.run(Self.program, ["run", "--rounds", "24", "--seed", "3"])
    #expect(outcome.status == 0, "\(outcome.outputText) \(outcome.errorText)")
    #expect(!outcome.outputText.contains(#""kills":0"#))
  }
}
