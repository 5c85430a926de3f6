"""`portfolio verify-record`: checks an exported track record, offline, and says what it proves."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import click
import orjson

from portfolio.domain import money
from portfolio.domain.record import Trade
from portfolio.services.proof import FILE_BYTES_MAX, LIMITS, ProofError, Verified, verify


@click.command(name="verify-record")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_record(file: Path) -> None:
    """Check FILE, a track record exported by a planner; needs no planner and no network."""
    if file.stat().st_size > FILE_BYTES_MAX:
        raise click.ClickException("The file is too large to be a track record")
    try:
        found = verify(orjson.loads(file.read_bytes()))
    except orjson.JSONDecodeError as error:
        raise click.ClickException(f"The file is not JSON: {error}") from None
    except ProofError as error:
        said = _printable(f"This does not prove anything: {error}")
        raise click.ClickException(said) from None
    for line in _report(found):
        click.echo(line)


def _report(found: Verified) -> list[str]:
    figures = found.summary
    between = f"from {_moment(found.first)} to {_moment(found.last)}"
    rates = f"hit rate {_percent(figures.hit_rate)}, average {_r(figures.average_r)}"
    sums = f"expectancy {_r(figures.expectancy)}, in all {_r(figures.total_r)}"
    lines = [
        f"Record of {found.name} ({found.author}), made {found.made}",
        "",
        "Proven:",
        f"  {found.numbers} entries, numbered without a gap, each signed by the author's device",
        f"  {found.numbers - len(found.holes)} of them are shown, exactly as committed to",
        f"  {found.receipts} receipts by {_witnesses(found)}, {between}",
        *(f"    {name} is {did}" for did, name in found.witnesses.items()),
        f"  {figures.counted} trades were planned before their witness heard of the opening",
        "",
        f"Not shown: {_numbers(found.holes)}",
        f"Not counted: {figures.left_out}",
        *(
            f"  {one.symbol or '?'} ({_numbers(one.numbers)}): {one.reason}{_marks(one)}"
            for one in _out(found)
        ),
        "",
        "Of the trades that count:",
        f"  {rates}, {sums}",
        *(
            f"  {one.symbol} {one.side} ({_numbers(one.numbers)}): {_r(one.r)}, plan held by"
            f" {found.witnesses.get(one.witness or '', one.witness)}"
            f" since {_moment(one.since)}{_marks(one)}"
            for one in found.trades
            if one.counts
        ),
        "",
        "What this cannot prove:",
        *(f"  {one}" for one in LIMITS),
    ]
    return [_printable(line) for line in lines]


def _printable(line: str) -> str:
    """Return a line in which nothing of the file can move the cursor or begin another line."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)


def _marks(one: Trade) -> str:
    said = {
        "the plan was changed before": one.changed,
        "the result was changed after": one.amended,
        "the opening was told when it was over": one.late,
    }
    return "".join(f"; {words}" for words, is_so in said.items() if is_so)


def _out(found: Verified) -> list[Trade]:
    return [one for one in found.trades if not one.counts]


def _witnesses(found: Verified) -> str:
    return ", ".join(found.witnesses.values()) or "nobody"


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(one) for one in numbers) or "none"


def _moment(at: datetime | None) -> str:
    return "-" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _r(value: Decimal | None) -> str:
    return "-" if value is None else f"{money.rounded(value, 2):+f} R"


def _percent(value: Decimal | None) -> str:
    return "-" if value is None else f"{money.rounded(value * 100, 1):f} %"
