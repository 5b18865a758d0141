internal import Foundation
public import Media

/// How far a film of another build may be from its golden.
public struct ToleranceBounds: Sendable, Hashable {
  /// The largest difference of a sample.
  public var largest = 2
  /// The least peak signal to noise ratio of a block of 16 × 16 pixels, in each plane.
  public var blockDB = 48.0
  /// The share of samples of a frame that may differ by more than 1, in percent.
  public var overOnePercent = 0.001
  /// The effective value of what differs in 5 ms of sound, in decibels of full scale.
  public var soundDB = -80.0

  public init() {}

  public static let usual = ToleranceBounds()

  /// Whether all is inside; a frame of few samples may then have none that differs by more than 1.
  public func accepts(_ difference: PictureDifference) -> Bool {
    difference.largest <= largest
      && difference.worst.map { $0.psnr >= blockDB } ?? true
      && difference.overOne <= overOne(of: difference.samples)
  }

  func overOne(of samples: Int) -> Int { Int(Double(samples) * overOnePercent / 100) }

  /// By how much the mean of a square may differ if all samples of a frame are inside: the lesser of what the
  /// block's ratio and the single samples allow, and half a 64th for each mean's rounding.
  func squareDistance(side: Int, samples: Int) -> Double {
    let block = 255 / tenToThe(blockDB / 20)
    let over = Double(min(overOne(of: samples), side * side)) / Double(side * side)
    let single = 1 + over * Double(max(largest - 1, 0))
    return min(block, largest <= 1 ? Double(largest) : single) + 1.0 / 64
  }

  /// The same for a level of sound, in units of 2⁻¹⁵.
  var levelDistance: Double { 32768 * tenToThe(soundDB / 20) + 1 }
}

private func tenToThe(_ exponent: Double) -> Double { pow(10, exponent) }
