extension Doctor {
  /// Looks whether the audit log is whole, and who broke the glass of late.
  mutating func examineAudit(_ host: HostRepository) {
    let log = host.auditLog
    guard !log.files.all().isEmpty else { return }
    var check = AuditCheck(log.files)
    let more = "`mlops-hook audit verify` says more"
    do {
      try check.run()
      if let fault = check.fault {
        warn("the audit log is not whole: \(fault.file):\(fault.line): \(fault.message)", more)
      }
    } catch {
      warn("the audit log cannot be verified: \((error as? LocalCheck.CannotSay)?.message ?? "\(error)")", more)
    }
    for line in log.brokenGlasses().suffix(5) {
      note("the glass was broken: \(line)", "see that the rule was kept afterwards: `mlops-hook audit show`")
    }
  }
}
