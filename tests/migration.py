"""Write a migration: the difference between the newest one and what the code declares.

python -m tests.migration "what changes"    the next one; then set HEAD in upgrade.py
python -m tests.migration --first           the first one anew, only before its release
"""

import re
import subprocess
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from portfolio.storage.upgrade import MIGRATIONS

VERSIONS = MIGRATIONS / "versions"
FIRST = "The first release"


def write(message: str, *, anew: bool) -> Path:
    """Write the migration; return its file."""
    if anew:
        for file in VERSIONS.glob("*.py"):
            file.unlink()
    number = f"{len(list(VERSIONS.glob('*.py'))) + 1:04d}"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with create_engine("sqlite://").connect() as conn:
        config.attributes["connection"] = conn
        if number != "0001":
            command.upgrade(config, "head")
        command.revision(config, message=message, autogenerate=True, rev_id=number)
    (made,) = VERSIONS.glob(f"{number}_*.py")
    text = re.sub(r" *# ### .*\n", "", made.read_text())
    text = text.replace(
        f'"""{message}."""', f'"""{message}."""\n# ruff: noqa: PLR0915 - one statement a table', 1
    )
    made.unlink()
    slug = re.sub(r"[^a-z0-9]+", "_", message.lower().removeprefix("the ")).strip("_")
    file = VERSIONS / f"v{number}_{slug}.py"
    file.write_text(text)
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(file)], check=True)
    return file


if __name__ == "__main__":
    is_first = sys.argv[1:] == ["--first"]
    print(write(FIRST if is_first else sys.argv[1], anew=is_first))
