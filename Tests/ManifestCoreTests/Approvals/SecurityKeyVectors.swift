/// A signature that `ssh-keygen -Y sign` made with a key of hardware, which a test has none of.
///
/// The hardware was OpenSSH's own stand-in for it, `sk-dummy`; the namespace is `mlops-approval`.
struct SecurityKeyVector: Sendable {
  static let message = "mlops approval v1\nvector\n"

  var publicKey: String
  var signature: String

  static let all = [
    SecurityKeyVector(
      publicKey: """
        sk-ssh-ed25519@openssh.com \
        AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAICKGD2ZOfSvnDIwEj5LQHSXhVLOINRxrYjMpPbiCuvPxAA\
        AABHNzaDo= ed25519-sk
        """,
      signature: """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAAEoAAAAac2stc3NoLWVkMjU1MTlAb3BlbnNzaC5jb20AAAAgIoYPZk
        59K+cMjASPktAdJeFUs4g1HGtiMyk9uIK68/EAAAAEc3NoOgAAAA5tbG9wcy1hcHByb3Zh
        bAAAAAAAAAAGc2hhNTEyAAAAZwAAABpzay1zc2gtZWQyNTUxOUBvcGVuc3NoLmNvbQAAAE
        AfgB0qdZpT8v/QomrhSwSbytk2irKjN+WvuOzJgKghPEg2CLMi1tcayILV8TECcxlSBmm5
        Iorl6vhgkwRnrWUJARI0Vng=
        -----END SSH SIGNATURE-----
        """),
    SecurityKeyVector(
      publicKey: """
        sk-ecdsa-sha2-nistp256@openssh.com \
        AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlzdHAyNTYAAABBBO0Lg/5e8NNA/xPzGL\
        RjWAh6K7nrJCDNJNAWOm1a7Ur5a1DXjFreXVH2apKrchjLwic1dXe6Sglj1oKq4mHYnG8AAAAEc3NoOg== ecdsa-sk
        """,
      signature: """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAAH8AAAAic2stZWNkc2Etc2hhMi1uaXN0cDI1NkBvcGVuc3NoLmNvbQ
        AAAAhuaXN0cDI1NgAAAEEE7QuD/l7w00D/E/MYtGNYCHorueskIM0k0BY6bVrtSvlrUNeM
        Wt5dUfZqkqtyGMvCJzV1d7pKCWPWgqriYdicbwAAAARzc2g6AAAADm1sb3BzLWFwcHJvdm
        FsAAAAAAAAAAZzaGE1MTIAAAB5AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNz
        aC5jb20AAABKAAAAIQDizT4DwG2UPIzvtSjQdfLLmaAQmyMwETjIzTP1yRKBWAAAACEAm2
        QFG4oPHZ50ZolLDViSF6/YmKJnvZhdP8F88p33O5IBEjRWeA==
        -----END SSH SIGNATURE-----
        """),
  ]
}
