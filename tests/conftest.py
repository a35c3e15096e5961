pytest_plugins = [
    "tests.people",
    "tests.harness.anchors",
    "tests.harness.database",
    "tests.harness.demo",
    "tests.harness.broker",
    "tests.harness.browser",
    "tests.harness.prometheus",
    "tests.harness.soak",
]
