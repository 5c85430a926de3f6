"""`python -m federation.directory`: a directory without the planner."""

import sys

from federation.directory.main import main

if __name__ == "__main__":
    sys.exit(main())
