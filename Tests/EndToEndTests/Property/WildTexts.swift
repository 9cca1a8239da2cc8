/// Wild values for the fields of a manifest.
enum WildTexts {
  /// Values by the field's last name.
  static let values: [(field: String, values: [String])] = [
    ("apiVersion", ["mlops/v2", "v1", "1", "[]"]),
    ("kind", ["ModelDeploymnt", "Deployment", "ModelRouting", "null"]),
    ("name", ["other", "UPPER", "a_b", "\"\"", "12", "ranking", "-x", "segmentation"]),
    ("namespace", ["other", "UPPER", "production", "no", "~"]),
    (
      "registry",
      [
        "s3://other-bucket/company/", "s3://ml-models-evil/x/", "s3://user:pass@ml-models/", "ftp://x/y",
        "s3://ml-models/?a=b",
        "https://h/a/../b", "s3://ml-models/company/sub/", "ml-models", "S3://ml-models/company/", "s3://ml-models",
      ]
    ),
    (
      "version",
      [
        "v1.1.0", "v1.2.0", "v9.0.0", "1.10", "\"1.10\"", "v8.8.8", "latest", "v01.0.0", "!!str v1.0.0", "&a v1.0.0",
        "*a",
        "1.0.0", "v1.0.0-rc.1+b", "no", "\"v1.0.0\\u202e\"", "v1.1.0 # why", "v3.0.0",
      ]
    ),
    ("digest", ["sha256:00", "sha256:" + String(repeating: "ab", count: 32), "md5:x"]),
    ("environment", ["staging", "production", "prod", "dev", "no"]),
    (
      "replicas",
      [
        "-1", "1.5", "\"3\"", "010", "1_000", "0x10", "99999999999999999999", "1e3", "~", "true", "0", "1:20", "+3",
        "7",
      ]
    ),
    ("cpu", ["2", "abc", "-1", "500m", "1e400", "0.5", "\"2 \"", ".5"]),
    ("memory", ["4GiB", "4 Gi", "8Gi", "1e3", "4096"]),
    (
      "inference_endpoint",
      [
        "//x", "/v1/", "relative", "/v1/../x", "/v1/predict/ü", "/v1/predict/churn", "/v1/predict/segmentation",
        "/v1/new", "/",
        "/v1/%2e%2e/x",
      ]
    ),
    ("alert_threshold", ["0.5", "0", ".nan", "-1", "\"0.1\"", "0.18", "1e-3"]),
    ("monitor_interval_hours", ["0", "-1", "1e999", "6.5", ".inf"]),
    ("reference_window_size", ["0", "1.0", "12345678901234567890"]),
    ("shadow_test_passed", ["false", "yes", "\"true\"", "True", "1"]),
    (
      "silhouette_score",
      [
        "\">0.99\"", "\">0.1\"", "\"0.45\"", "0.45", "\"=>1\"", "\">=baseline-0.01\"", "\">baseline\"",
        "\">=baseline*1.1\"",
        "\"<=baseline\"", "\">0.45, <1\"", "\">0.45,\"", "\">0.45%\"", "\">45%\"", "\">0.45ms\"", "\">1e1000\"",
        "\">NaN\"",
        "\">\(String(repeating: "9", count: 70))\"", "\">０.4\"", "\"≥0.4\"", "\"!=0.47\"", "\"==0.47\"",
        "\">=baseline-1ms\"",
        "\">=baseline+0.1\"",
      ]
    ),
    (
      "inference_latency_p99",
      [
        "\"<1ms\"", "\"<0.1s\"", "\"<0.05s\"", "\"<100\"", "\"<100B\"", "\"<100000us\"", "\"<100µs\"",
        "\"<=baseline*1.1\"",
        "\"<=baseline+5ms\"", "\"<100MS\"",
      ]
    ),
    ("approval_required", ["false", "yes", "\"true\"", "no"]),
    ("approvers", ["[]", "[nobody]", "[ml-opsリード, ml-opsリード]", "ml-opsリード", "[policy-admins]", "[1]", "[publishers]"]),
    ("weight", ["50", "-1", "101", "\"20\"", "0", "100", "33.3"]),
    ("model_version", ["v8.8.8", "v9.0.0", "v1.2.0", "1.2", "latest", "v1.1.0"]),
    ("method", ["header", "cookie", "random", "weight"]),
  ]

  /// Lines put in somewhere, at the left edge or deeper.
  static let lines = [
    "# a comment", "", "---", "...", "%YAML 1.2", "kind: ModelDeployment", "extra: 1", "  extra: 1",
    "  environment: dev",
    "\tx: 1", "<<: {a: 1}", "? a", "a: &x 1", "  labels: {a: no}", "  labels: {a: b}", "  annotations: {1: 2}",
    "x: \u{85}", "x: \u{2028}",
    "x: \"\u{1b}[31m\"", "x: \"\\u202e\"", "# \u{202e}evil", "\"k\": 1", "'kind': x", "{", "]", "- x", "!x y: 1",
    "x: |",
    "x: 2026-01-01", "spec: {}", "metadata: {name: x}", "# \u{7f}", "\u{feff}", "x: \r y", "  resorces: {}",
    "      gpu: 1",
    "      nvidia.com/gpu: 1", "      recall: \">0.1\"", "      silhouette_score: \">0.1\"", "      - policy-admins",
  ]

  /// Texts put behind the whole.
  static let tails = [
    "---\n", "---\n---\n", "...\n", "---\nkind: x\n", "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
    "\u{0}", "  ",
    "---\n# only a comment\n", "--- |\n text\n", "---\n" + Deployment().yaml,
    "---\n" + Fixtures.routing(name: "x", routes: [("100", "v1.0.0", "primary")]),
    "---\n" + Fixtures.routing(name: "x", routes: [("90", "v1.0.0", "a"), ("20", "v1.1.0", "b")]),
    "---\n" + Fixtures.routing(name: "x", routes: [("60", "v1.0.0", "a"), ("40", "v1.1.0", "a")]),
    "---\n" + Fixtures.routing(name: "x", routes: [("60", "v1.0.0", "a"), ("40", "v9.0.0", "b")]),
    "---\n" + Fixtures.routing(name: "x", routes: [("0", "v8.8.8", "a"), ("100", "v1.2.0", "b")], method: "header"),
    "---\n" + Fixtures.routing(name: "x", routes: []),
    "---\n" + Fixtures.routing(name: "x", routes: [("100", "v1.0.0", "a")], extra: "  model_name: ranking\n"),
  ]

  /// Whole files instead of a manifest.
  static let wholes = [
    "", "\n", "---\n", "null\n", "[]\n", "a\n", "{a: {a: ",
    String(repeating: "{a: ", count: 40) + String(repeating: "}", count: 40),
    "\u{feff}kind: x\n", "a: 1\nA: 2\na: 3\n",
    "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "0a", count: 32))\nsize 3\n",
    "a: [" + String(repeating: "1,", count: 10_100) + "]\n", "../../staging/segmentation.yaml",
    Fixtures.routing(name: "x", routes: [("100", "v1.0.0", "a")]),
  ]
}
