"""`./run bench`: every figure in one run on loopback; the last line is one JSON object.

Figures that depend on the machine stand beside a limit measured in the same run: what libsodium
verifies, what bare aiohttp posts, what SQLite commits.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench import imports, inbox, ledger, limits, page, planners

GOALS = {
    "comment_ms.p50": ("<=", 7.0), "share_ms.p50": ("<=", 9.0), "comments_per_s": (">=", 600.0),
    "inbox_to_verify": (">=", 0.5), "catch_up_to_verify": (">=", 0.5),
    "history_cold_ms": ("<=", 1000.0), "after_one_ms": ("<=", 50.0), "growth_10x": ("<=", 12.2),
    "import_rows_per_s": (">=", 4000.0), "import_peak_mib": ("<=", 512.0),
    "rss_mib.node": ("<=", 100.0), "rss_mib.directory": ("<=", 50.0),
    "click_to_pixel_ms.p50": ("<=", 60.0), "page_kb.js": ("<=", 300.0),
}  # fmt: skip


async def measure() -> dict[str, Any]:
    """Measure everything, one thing after the other."""
    figures: dict[str, Any] = {
        "verify_per_s": round(limits.verify_per_s()),
        "http_posts_per_s": round(await limits.http_posts_per_s()),
        "commits_per_s": round(await limits.commits_per_s()),
    }
    say("limits", figures)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        figures |= await planners.measure(Path(folder))
    say("two planners", figures)
    figures |= await inbox.measure()
    figures["inbox_to_verify"] = round(figures["inbox_events_per_s"] / figures["verify_per_s"], 2)
    figures["catch_up_to_verify"] = round(
        figures["catch_up_events_per_s"] / figures["verify_per_s"], 2
    )
    figures |= await ledger.measure()
    figures |= await asyncio.to_thread(imports.measure)
    return figures | await page.measure()


def say(what: str, figures: dict[str, Any]) -> None:
    """Show progress on stderr."""
    print(f"bench: {what}: {json.dumps(figures)}", file=sys.stderr)


def compare(figures: dict[str, Any]) -> None:
    """Print each goal beside its figure."""
    for name, (relation, goal) in GOALS.items():
        if name.partition(".")[0] not in figures:
            print(f"absent {name}: there is no Chromium here")
            continue
        value: Any = figures
        for part in name.split("."):
            value = value[part]
        met = value <= goal if relation == "<=" else value >= goal
        print(f"{'met   ' if met else 'MISSED'} {name} = {value} (goal {relation} {goal:g})")


if __name__ == "__main__":
    measured = asyncio.run(measure())
    compare(measured)
    print(json.dumps(measured))
