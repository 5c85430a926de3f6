"""Play seeded histories: `python -m tests.simulation.run --seeds 1000 --start 0`."""

import argparse
import sys
import time

from tests.simulation.world import World


def main() -> int:
    """Play the seeds; name the one that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many histories")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    begun = time.monotonic()
    for seed in range(options.start, options.start + options.seeds):
        try:
            World(seed).run()
        except Exception:
            print(f"seed {seed} fails; again with: ./run sim --start {seed} --seeds 1")
            raise
    spent = time.monotonic() - begun
    print(f"{options.seeds} histories from seed {options.start}: all hold ({spent:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
