"""All benchmarks in turn, or the one named; `make bench` runs this.

python -m benchmarks [NAME [OPTION...]]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = {
    "startup": "how long `mayfly --help` takes",
    "crawl": "crawl, extract and store, beside the parts and beside other programs",
    "memory": "memory of a crawl and of a frontier of a million URLs",
    "cluster": "signatures and clusters of 100,000 articles, beside datasketch",
}


def main(name: str | None = None, *options: str) -> int:
    """Run benchmarks, each in a process of its own. Returns how many failed."""
    if name is not None and name not in BENCHMARKS:
        listed = "\n".join(f"  {known:<10}{what}" for known, what in BENCHMARKS.items())
        print(f"python -m benchmarks {name}: there is no such benchmark; there are\n{listed}", file=sys.stderr)
        return 2
    failed = 0
    for one in [name] if name else BENCHMARKS:
        print(f"\n── {one}: {BENCHMARKS[one]} ──\n", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{one}", *options]
        failed += bool(subprocess.run(command, cwd=Path(__file__).resolve().parent.parent, check=False).returncode)
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
