import GitObjects

/// Finds the policies that judge each step of a range of history, each state of `policies/` read once.
final class StepPolicies {
  private let context: JudgeContext
  private let ref: [UInt8]
  /// The latest answer, with the state of `policies/` that it was given for; nil for the beginning of history.
  private var latest: (folder: ObjectID?, policies: [PolicyInForce])?

  init(context: JudgeContext, ref: [UInt8]) {
    self.context = context
    self.ref = ref
  }

  /// The policies that were in force before a step: of `HEAD`'s branch those at its first parent, of another ref those
  /// at the tip of `HEAD`'s branch; or the one that is tried.
  func judging(_ step: Step) throws -> [PolicyInForce] {
    let tried = context.settings.triedPolicy
    guard tried != nil || ref == context.refs.headBranch else {
      return context.policies.judging(ref, isFirstPush: false)
    }
    let isFirst = step.parentTree.isZero
    let folder =
      isFirst ? nil : try context.store.tree(step.parentTree).entry(named: Snapshot.policiesRoot)?.id ?? .zero
    if let latest, latest.folder == folder { return latest.policies }
    let found = try tried.map { try self.tried($0, at: step) } ?? inForce(at: step)
    latest = (folder, found)
    return found
  }

  private func inForce(at step: Step) throws -> [PolicyInForce] {
    var set = context.policies
    set.repository = nil
    set.repositoryProblems = []
    // What comes first of all is judged by the built-in default, as a first push is.
    guard !step.parentTree.isZero else { return set.judging(ref, isFirstPush: true) }
    let read = try PolicyLoader(store: context.store).repositoryPolicy(inTree: step.parentTree, headBranch: ref)
    if let files = read.files, let policy = files.policy, files.problems.isEmpty {
      set.repository = PolicyInForce(
        origin: .repository, policy: policy, directory: files.directory, manifestDirectory: files.directory,
        identity: read.identity)
    }
    return set.judging(ref, isFirstPush: false)
  }

  private func tried(_ tried: TriedPolicy, at step: Step) throws -> [PolicyInForce] {
    var directory = tried.directory
    if tried.policy.approversFromRepository {
      let read = try PolicyLoader(store: context.store).repositoryPolicy(inTree: step.parentTree, headBranch: nil)
      directory = read.files?.directory
    }
    return [
      PolicyInForce(
        origin: .host, policy: tried.policy, directory: directory, manifestDirectory: directory, identity: "tried")
    ]
  }
}

/// A policy that is tried on the past before it is in force.
struct TriedPolicy {
  var policy: Policy
  /// Those who fill its roles, and the roles that manifests name; nil where it asks the repository for them.
  var directory: Directory?
}
