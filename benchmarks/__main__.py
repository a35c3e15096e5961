"""`make bench`: runs every benchmark, or those named, each through `manage.py bench`, and prints one JSON object a line."""

import subprocess
import sys
from pathlib import Path

NAMES = ("matching", "posting", "import", "webhook", "lookup", "queue", "backtest", "growth", "verify")
ROOT = Path(__file__).resolve().parent.parent

for name in sys.argv[1:] or NAMES:
    subprocess.run([sys.executable, str(ROOT / "manage.py"), "bench", name, "--json"], check=True, cwd=ROOT)
