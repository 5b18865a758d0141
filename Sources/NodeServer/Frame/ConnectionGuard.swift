internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes
internal import NIOHTTPTypesHTTP1
internal import SceneDocument

/// Watches over one connection: cuts clients that send a request's head too slowly or take nothing of an answer, and
/// answers what is no HTTP with a problem.
///
/// Stands behind the decoder. Bodies are watched by those who read them; when the server ends, those that are still
/// coming in are cut here.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let headPatience: TimeAmount
  private let answerPatience: TimeAmount
  private let endBodyPatience: TimeAmount
  /// Requests whose answers have not ended.
  private var open = 0
  private var untilHead: Scheduled<Void>?
  private var untilTaken: Scheduled<Void>?
  /// A body is coming in.
  private var isInBody = false
  private var isEnding = false
  private var untilBody: Scheduled<Void>?
  /// Why what came is no request.
  private var fault: Problem?

  init(_ settings: ServerSettings) {
    headPatience = .nanoseconds(settings.headPatience.inNanoseconds)
    answerPatience = .nanoseconds(settings.answerPatience.inNanoseconds)
    endBodyPatience = .nanoseconds(settings.endBodyPatience.inNanoseconds)
  }

  // MARK: Time

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { waitForHead(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    waitForHead(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    stopWaiting()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { stopWaiting() }

  /// Also where the rest of a body comes first, which nobody reads any more.
  private func waitForHead(_ context: ChannelHandlerContext) {
    if untilHead == nil { untilHead = closing(context, after: headPatience) }
  }

  private func closing(_ context: ChannelHandlerContext, after time: TimeAmount) -> Scheduled<Void>
  {
    context.eventLoop.assumeIsolated().scheduleTask(in: time) { context.close(promise: nil) }
  }

  private func stopWaiting() {
    untilHead?.cancel()
    untilTaken?.cancel()
    untilBody?.cancel()
    (untilHead, untilTaken, untilBody) = (nil, nil, nil)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      untilTaken?.cancel()
      untilTaken = nil
    } else if untilTaken == nil {
      untilTaken = closing(context, after: answerPatience)
    }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Requests and answers

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isRefused { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      if let wrong = Self.fault(of: head) { return refuse(wrong, context) }
      open += 1
      untilHead?.cancel()
      untilHead = nil
      isInBody = true
      if isEnding { waitForBody(context) }
    case .body: break
    case .end:
      isInBody = false
      untilBody?.cancel()
      untilBody = nil
    }
    context.fireChannelRead(data)
  }

  // MARK: The server's end

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent {
      isEnding = true
      if isInBody { waitForBody(context) }
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func waitForBody(_ context: ChannelHandlerContext) {
    if untilBody == nil { untilBody = closing(context, after: endBodyPatience) }
  }

  // MARK: What is no HTTP

  private var isRefused = false

  /// What the decoder lets through and RFC 9112 does not.
  private static func fault(of head: HTTPRequest) -> Problem? {
    // The first one is no field any more: whoever stands before this server may go by the other.
    if head.headerFields.contains(hostField) {
      return .badRequest("the request has more than one 'Host'")
    }
    return nil
  }

  private static let hostField = HTTPField.Name("Host")!

  /// What follows on the connection is not read.
  private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
    isRefused = true
    if fault == nil { fault = problem }
    context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
  }

  func write(
    context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    switch unwrapOutboundIn(data) {
    case .head(let head)
    where head.status == .badRequest && head.headerFields[.contentType] == nil:
      // The library's own, without a word.
      if let fault {
        write(fault, context, promise)
        return
      }
    case .end:
      open = max(0, open - 1)
      if open == 0 { waitForHead(context) }
    default: break
    }
    context.write(data, promise: promise)
  }

  private func write(
    _ problem: Problem, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?
  ) {
    let bytes = ByteBuffer(string: problem.json.compactText)
    var head = problem.response.head
    head.headerFields[.connection] = "close"
    head.headerFields[.contentLength] = String(bytes.readableBytes)
    head.headerFields[.xContentTypeOptions] = "nosniff"
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(bytes)), promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if fault == nil, error is HTTPParserError || error is HTTP1TypeConversionError {
      fault =
        error as? HTTPParserError == .headerOverflow
        ? Problem(.requestHeaderFieldsTooLarge, "the request's head is too large")
        : .badRequest("this is no request that HTTP/1.1 knows")
    }
    // The library answers the one kind of error alone.
    context.fireErrorCaught(
      error is HTTP1TypeConversionError ? HTTPParserError.invalidMethod : error)
  }
}
