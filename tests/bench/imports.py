"""Import of a hundred thousand transactions: rows per second, and how much memory it takes.

It runs in a process of its own, so that its peak is its own: the file is dropped, read, compared
and taken over, on a real database; then dropped again, which must change nothing.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROWS = 100_000
SYMBOLS = 50
START = date(2015, 1, 2)
_BUY_EVERY = 5  # of five rows three are purchases, one is a sale, one a dividend


def statement(rows: int) -> bytes:
    """Return a CSV of trades in fifty instruments over ten years."""
    lines = ["date,type,symbol,quantity,price,fee,currency,amount,reference"]
    for n in range(rows):
        day = START + timedelta(days=n * 3650 // rows)
        symbol, turn = f"SYM{n % SYMBOLS}", n // SYMBOLS % _BUY_EVERY
        price = f"{100 + n % 97}.{n % 100:02}"
        if turn == _BUY_EVERY - 1:
            lines.append(f"{day},dividend,{symbol},,,,USD,{n % 40 + 1}.25,r{n}")
        else:
            kind, quantity = ("sell", 2) if turn == _BUY_EVERY - 2 else ("buy", 3)
            lines.append(f"{day},{kind},{symbol},{quantity},{price},1.00,USD,,r{n}")
    return "\n".join(lines).encode()


async def _run(rows: int) -> dict[str, Any]:
    from portfolio.services.imports import drafts, taking
    from portfolio.services.imports.decisions import Decisions
    from tests.portfolio.desk import desk

    data = statement(rows)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with desk("Alice", Path(folder)) as alice:
            planner = alice.planner
            before = _peak_mib()
            slowest, probing = [0.0], True

            async def probe() -> None:
                """Write something small all the time; note how long the writer made it wait."""
                while probing:
                    began = time.perf_counter()
                    await planner.writer.run(lambda tx: tx.now)
                    slowest[0] = max(slowest[0], time.perf_counter() - began)
                    await asyncio.sleep(0.005)

            async def work() -> tuple[float, float, float, int]:
                began = time.perf_counter()
                made = await drafts.create(planner, [("a.csv", data)], Decisions())
                await taking.step(planner, made.stored.id)
                read = time.perf_counter()
                await taking.commit(planner, made.stored.id)
                await taking.step(planner, made.stored.id)
                taken = time.perf_counter()
                again = await drafts.create(planner, [("a.csv", data)], Decisions())
                await taking.step(planner, again.stored.id)
                found = await drafts.found(planner, again.stored.id)
                assert found.stored.review["known"] == rows, found.stored
                assert found.stored.review["new"] == 0
                return read - began, taken - read, time.perf_counter() - taken, rows

            async with asyncio.TaskGroup() as group:
                group.create_task(probe())
                read_s, take_s, again_s, _ = await work()
                probing = False
    return {
        "import_rows": rows,
        "import_rows_per_s": round(rows / (read_s + take_s)),
        "import_read_s": round(read_s, 2),
        "import_take_s": round(take_s, 2),
        "import_again_s": round(again_s, 2),
        "import_writer_wait_ms": round(slowest[0] * 1000),
        "import_peak_mib": round(_peak_mib()),
        "import_peak_before_mib": round(before),
    }


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(rows: int = ROWS) -> dict[str, Any]:
    """Measure in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.imports", str(rows)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_run(int(sys.argv[1]) if sys.argv[1:] else ROWS))))
