"""How long `mayfly --help` takes: it must load neither Scrapy nor networkx.

python -m benchmarks.startup [--runs 9]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median

from benchmarks import measure

LIMIT = 0.5  # seconds by the clock


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    installed = Path(sys.executable).with_name("mayfly")
    mayfly = [str(installed)] if installed.exists() else [sys.executable, "mayfly.py"]
    costs = [measure.run([*mayfly, "--help"]) for _ in range(options.runs)]
    bare = [measure.run([sys.executable, "-c", ""]) for _ in range(options.runs)]
    print(f"median of {options.runs} runs; {measure.machine()}\n")
    rows = []
    for name, found in (("mayfly --help", costs), ("Python alone", bare)):
        wall, cpu = [cost.wall for cost in found], [cost.cpu for cost in found]
        rows.append([name, *(f"{value:.3f}" for value in (median(wall), max(wall), median(cpu)))])
    measure.table(["", "s by the clock", "the slowest", "s of CPU time"], rows)
    seconds = median(cost.wall for cost in costs)
    print(f"\n{LIMIT} s are allowed: {'kept' if seconds < LIMIT else 'not kept'}")


if __name__ == "__main__":
    main()
