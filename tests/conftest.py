pytest_plugins = [
    "tests.harness.database",
    "tests.harness.broker",
    "tests.harness.browser",
    "tests.harness.soak",
]
