internal import ManifestCore
internal import Networking

/// Carries events to one sink, an attempt at a time.
final class Transport: Sendable {
  let plan: SinkPlan
  private let sender: HTTPSender?

  /// Makes ready for a sink; what its configuration names has to be there.
  init(_ plan: SinkPlan) throws(SinkPlan.Refused) {
    self.plan = plan
    guard case .receiver(let receiver) = plan.target else {
      sender = nil
      return
    }
    do {
      sender = try HTTPSender(to: receiver.address, authorities: receiver.authorities, proxy: receiver.proxy)
    } catch {
      throw SinkPlan.Refused(message: "the sink `\(plan.sink.name)`: \(error.message)", fix: error.fix)
    }
  }

  /// The sink's secrets as they are now: a rotation needs no restart.
  func secrets() throws(SinkPlan.Refused) -> [Secret] {
    guard case .receiver(let receiver) = plan.target, let file = receiver.secretFile else { return [] }
    do {
      let secrets = try SecretFile.read(file)
      if receiver.format == .cloudevents {
        // A secret that is none shows now, not with the first event.
        _ = try StandardWebhook.headers(id: "", timestamp: 0, body: [], secrets: secrets)
      }
      return secrets
    } catch {
      throw SinkPlan.Refused(message: "the sink `\(plan.sink.name)`: \(error.message)", fix: error.fix)
    }
  }

  /// Tries to deliver one event.
  func deliver(_ event: DeliveryEvent, file: String, secrets: [Secret]) async -> Outcome {
    guard case .receiver(let receiver) = plan.target, let sender else {
      guard let problem = SinkDelivery.deliver(event.bytes, file, to: plan.sink) else { return .delivered }
      return .failed(Outcome.Words(message: problem, fix: "look at the sink's folder or command"), pause: nil)
    }
    do {
      let answer = try await send(event, receiver, sender, secrets)
      return Outcome(answer, receiver, now: WallClock.now)
    } catch let error as HTTPFailure {
      return .failed(Outcome.Words(message: error.message, fix: error.fix), pause: nil)
    } catch {
      let words = (error as? SecretFile.Refused)?.message ?? "\(error)"
      return .failed(Outcome.Words(message: words, fix: "look at the secret file"), pause: nil)
    }
  }

  /// Sends a test message, and says what came of it.
  func test(_ event: DeliveryEvent, secrets: [Secret]) async throws(HTTPFailure) -> HTTPAnswer? {
    guard case .receiver(let receiver) = plan.target, let sender else { return nil }
    do {
      return try await send(event, receiver, sender, secrets)
    } catch let error as HTTPFailure {
      throw error
    } catch {
      throw HTTPFailure(.configuration, "\(error)", fix: "look at the secret file")
    }
  }

  private func send(
    _ event: DeliveryEvent, _ receiver: SinkPlan.Receiver, _ sender: HTTPSender, _ secrets: [Secret]
  ) async throws -> HTTPAnswer {
    let message = try OutgoingMessage(
      event, for: receiver, defaultBranch: plan.defaultBranch, secrets: secrets, now: WallClock.now)
    return try await sender.send(headers: message.headers, body: message.body)
  }
}
