"""`portfolio import`, with the planner stopped and running."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.portfolio.shell.conftest import Served

TRADES = """Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note
31-01-2012,IBM,YAHOO,USD,186.30,10,buy,9.95,first
31-01-2012,IBM,YAHOO,USD,186.30,10,buy,9.95,first
01-06-2012,IBM,YAHOO,USD,190.00,5,sell,9.95,
11-03-2012,IBM,YAHOO,USD,nonsense,20,buy,0,
"""
SALE = "date,type,symbol,quantity,price,currency\n2020-01-31,sell,IBM,5,110,USD\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "trades.csv"
    path.write_text(TRADES)
    return path


def transactions(home: Path, portfolio: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(portfolio("export", "--home", home).stdout)[
        "transactions"
    ]
    return rows


def test_a_file_is_imported_once_and_every_rejected_row_is_said(
    home: Path, file: Path, portfolio: Any
) -> None:
    first = portfolio("import", file, "--home", home, "--account", "Broker")
    again = portfolio("import", file, "--home", home, "--account", "Broker")

    assert first.returncode == 0, first.stderr
    assert "Ghostfolio (CSV)" in first.stdout
    assert "3 new, 0 already here, 1 rejected" in first.stdout
    assert "line 5: This is not a number [Price: nonsense]" in first.stdout
    assert "3 transactions imported" in first.stdout
    assert "0 new, 3 already here" in again.stdout
    assert again.returncode == 0
    rows = transactions(home, portfolio)
    assert [(row["kind"], row["account"]) for row in rows] == [
        ("sell", "Broker"), ("buy", "Broker"), ("buy", "Broker"),
    ]  # fmt: skip


def test_an_import_is_undone_by_its_id(home: Path, file: Path, portfolio: Any) -> None:
    imported = portfolio("import", file, "--home", home)
    identifier = imported.last.rsplit(" ", 1)[1]

    undone = portfolio("import", "--undo", identifier, "--home", home)
    twice = portfolio("import", "--undo", identifier, "--home", home)

    assert undone.returncode == 0, undone.stderr
    assert transactions(home, portfolio) == []
    assert twice.returncode == 1
    assert "undone already" in twice.stderr


def test_a_dry_run_changes_nothing(home: Path, file: Path, portfolio: Any) -> None:
    done = portfolio("import", file, "--home", home, "--dry-run")

    assert done.returncode == 0
    assert "3 new" in done.stdout
    assert transactions(home, portfolio) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("Dear reader", "No known format"),
        ("date,type,symbol,quantity,price\n2020-01-31,buy,IBM,1,2\n", "--currency"),
        ("date,type,symbol,quantity,price,currency\n01/02/2020,buy,IBM,1,2,USD\n", "--date-order"),
        ("date,type,symbol,quantity,price,currency\n2020-01-31,buy,IBM,x,2,USD\n", "No row"),
    ],
)
def test_what_cannot_be_imported_fails_and_says_what_would_help(
    home: Path, tmp_path: Path, portfolio: Any, content: str, said: str
) -> None:
    file = tmp_path / "strange.csv"
    file.write_text(content)

    done = portfolio("import", file, "--home", home)

    assert done.returncode == 1
    assert said in done.stderr
    assert transactions(home, portfolio) == []


def test_missing_history_is_a_question_that_an_option_answers(
    home: Path, tmp_path: Path, portfolio: Any
) -> None:
    file = tmp_path / "sale.csv"
    file.write_text(SALE)

    asked = portfolio("import", file, "--home", home)
    answered = portfolio("import", file, "--home", home, "--missing", "opening")

    assert asked.returncode == 1
    assert "0 IBM are held on 2020-01-31" in asked.stdout
    assert answered.returncode == 0, answered.stderr
    assert [row["kind"] for row in transactions(home, portfolio)] == ["sell", "transfer_in"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--undo", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("--undo", "x", "FILE"),
        ("FILE", "--currency", "XXY"),
        ("FILE", "--column", "date"),
        ("FILE", "--column", "when=Date"),
        ("FILE", "--kind", "=buy"),
        ("FILE", "--kind", "x=gift"),
        ("FILE", "--template", "none"),
    ],
)
def test_what_makes_no_sense_fails(
    home: Path, file: Path, portfolio: Any, arguments: tuple[str, ...]
) -> None:
    named = [file if one == "FILE" else one for one in arguments]

    done = portfolio("import", *named, "--home", home)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")


def test_a_home_that_is_none_is_named(tmp_path: Path, file: Path, portfolio: Any) -> None:
    done = portfolio("import", file, "--home", tmp_path / "none")

    assert done.returncode == 1
    assert "portfolio init" in done.stderr


def test_while_the_planner_runs_it_does_the_same_through_it(
    ann: Served, file: Path, tmp_path: Path, portfolio: Any
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("Dear reader")

    first = portfolio("import", file, "--home", ann.home)
    again = portfolio("import", file, "--home", ann.home)
    refused = portfolio("import", bad, "--home", ann.home)
    token = portfolio("token", "--home", ann.home).last
    rows = ann.json("/api/v1/transactions", token)["items"]
    identifier = first.last.rsplit(" ", 1)[1]
    undone = portfolio("import", "--undo", identifier, "--home", ann.home)

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "line 5: This is not a number" in first.stdout
    assert "0 new, 3 already here" in again.stdout
    assert len(rows) == 3
    assert all(re.fullmatch(r"[0-9A-Z]{26}", row["import_id"]) for row in rows)
    assert refused.returncode == 1
    assert "No known format" in refused.stderr
    assert undone.returncode == 0, undone.stderr


@pytest.mark.timeout(180)
def test_a_long_file_is_read_and_taken_over_in_the_background(
    ann: Served, tmp_path: Path, portfolio: Any
) -> None:
    lines = ["date,type,symbol,quantity,price,currency,note"]
    lines += [f"2020-01-31,buy,LONG,1,{n}.25,USD,{'x' * 100}" for n in range(1, 2600)]
    file = tmp_path / "long.csv"
    file.write_text("\n".join(lines))

    done = portfolio("import", file, "--home", ann.home)

    assert done.returncode == 0, done.stderr
    assert "2599 transactions imported" in done.stdout


def test_an_export_for_another_program_says_what_it_leaves_out(
    home: Path, tmp_path: Path, portfolio: Any
) -> None:
    file, out = tmp_path / "all.csv", tmp_path / "out.csv"
    file.write_text(
        "date,type,symbol,quantity,price,currency,amount,ratio\n"
        "2020-01-31,buy,IBM,5,110,USD,,\n"
        "2020-02-03,split,IBM,,,USD,,2:1\n"
    )
    assert portfolio("import", file, "--home", home).returncode == 0

    done = portfolio(
        "export", "--home", home, "--format", "portfolio-performance", "--output", out
    )
    refused = portfolio("export", "--home", home, "--format", "pdf")

    assert done.returncode == 0
    assert "left out: 1 x split" in done.stderr
    assert out.read_text().splitlines()[1].startswith("2020-01-31T00:00;Buy;-550;USD")
    assert refused.returncode == 2


def test_columns_and_kinds_may_be_told_and_rejected_rows_are_saved(
    home: Path, tmp_path: Path, portfolio: Any
) -> None:
    file, saved = tmp_path / "own.csv", tmp_path / "rejected.csv"
    file.write_text("Wann;Was;Papier;Wieviele;Zu\n31.01.2020;Rein;ACME;10;5,50\n"
                    "28.02.2020;Rein;ACME;=1+1;6,00\n29.02.2020;Info;;;\n")  # fmt: skip
    columns = [f"--column={name}={header}" for name, header in (
        ("date", "Wann"), ("kind", "Was"), ("symbol", "#3"), ("quantity", "Wieviele"),
        ("price", "Zu"),
    )]  # fmt: skip
    asked = portfolio("import", file, "--home", home)
    done = portfolio(
        "import", file, "--home", home, *columns, "--kind=Rein=buy", "--kind=Info=",
        "--header=1", "--currency=EUR", "--rejected", saved,
    )  # fmt: skip

    assert asked.returncode == 1
    assert "--column FIELD=HEADER" in asked.stderr
    assert "Columns: Wann, Was, Papier, Wieviele, Zu" in asked.stderr
    assert "--column 'date=Wann'" in asked.stderr
    assert done.returncode == 0, done.stderr
    assert f"1 rejected rows are in {saved}" in done.stdout
    head, row = saved.read_text().splitlines()
    assert head == "file,line,reason,column,text,row"
    assert "0,3,This is not a number,Wieviele,'=1+1" in row
    assert [one["quantity"] for one in transactions(home, portfolio)] == ["10"]
