import Foundation

@testable import Reconciliation

/// A model that answers with the number in its file, for servers that speak the Open Inference Protocol.
enum NumberModel {
  /// What MLServer runs: `numbered.Number`.
  static let mlserver = """
    import asyncio
    from mlserver import MLModel
    from mlserver.codecs import NumpyCodec
    from mlserver.types import InferenceResponse
    from mlserver.utils import get_model_uri
    import numpy

    class Number(MLModel):
        async def load(self) -> bool:
            text = open(await get_model_uri(self.settings)).read()
            if text == "slow":
                await asyncio.sleep(60)
            if text == "never":
                return False
            self.number = float(text)
            return True

        async def predict(self, payload):
            output = NumpyCodec.encode_output("y", numpy.array([self.number]))
            return InferenceResponse(model_name=self.name, model_version=self.version, outputs=[output])
    """

  /// What Triton runs, as a `model.py` beside the file.
  static let triton = """
    import os
    import numpy
    import triton_python_backend_utils as backend

    class TritonPythonModel:
        def initialize(self, args):
            folder = os.path.join(args["model_repository"], args["model_version"])
            self.number = float(open(os.path.join(folder, "model.bin")).read())

        def execute(self, requests):
            output = backend.Tensor("y", numpy.array([self.number]))
            return [backend.InferenceResponse([output]) for _ in requests]
    """

  /// What a server answers; nil where it does not.
  static func ask(_ url: String, _ name: String, _ version: String? = nil) async throws -> String? {
    let body = #"{"inputs": [{"name": "x", "shape": [1], "datatype": "FP64", "data": [1]}]}"#
    let place = version.map { "/versions/\($0)" } ?? ""
    let answer = try await WebClient("\(url)/v2/models/\(name)\(place)/infer", allowsInsecure: true)
      .ask("POST", body: Array(body.utf8))
    guard answer.status == 200 else { return nil }
    let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
    let outputs = object?["outputs"] as? [[String: Any]]
    return (outputs?.first?["data"] as? [Double])?.first.map { "\($0)" }
  }

  /// Asks without a version, one request after the other, until it is cancelled; gives all answers.
  static func traffic(_ url: String, _ name: String) -> Task<[String], Never> {
    Task {
      var answers: [String] = []
      while !Task.isCancelled {
        do {
          answers.append(try await ask(url, name) ?? "failed")
        } catch {
          // The one that is under way when the test has seen enough is given up.
          if !Task.isCancelled { answers.append("\(error)") }
        }
      }
      return answers
    }
  }
}
