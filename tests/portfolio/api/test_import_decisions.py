"""What a person decides about an import: columns, accounts, instruments, missing history."""

from typing import Any

import pytest

from tests.portfolio.api.test_imports import act, drop, dropped, ledger
from tests.portfolio.importers.workbooks import workbook

HEAD = b"date,type,symbol,quantity,price,currency,amount\n"
PENCE = HEAD + b"2020-01-31,buy,VOD.L,100,130.00,GBX,\n2020-06-30,dividend,VOD.L,,,GBP,4.50\n"
SALES = HEAD + b"2020-01-31,buy,IBM,1,100,USD,\n2020-02-28,sell,IBM,5,110,USD,\n"
OWN = (
    "Wann;Was;Papier;Wieviele;Zu\n31.01.2020;Hinein;ACME;10;5,50\n28.02.2020;Hinaus;ACME;4;6,00\n"
)


async def decide(stand: Any, draft: dict[str, Any], **patch: Any) -> dict[str, Any]:
    answer = await stand.call("PATCH", f"/imports/{draft['id']}", json=patch)
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def refused(stand: Any, draft: dict[str, Any], **patch: Any) -> Any:
    answer = await stand.call("PATCH", f"/imports/{draft['id']}", json=patch)
    assert answer.status in {409, 422}
    return await answer.json(content_type=None)


COLUMNS = {
    "date": "Wann", "kind": "Was", "symbol": "Papier", "quantity": "Wieviele", "price": "Zu",
}  # fmt: skip
OPTIONS = {
    "columns": COLUMNS, "kinds": {"Hinein": "buy", "Hinaus": "sell"}, "currency": "EUR",
    "header": 1,
}  # fmt: skip


async def test_a_table_of_foreign_words_waits_for_its_mapping(stand: Any) -> None:
    draft = await dropped(stand, ("own.csv", OWN.encode()))
    (file,) = draft["files"]
    assert file["needs"] == "mapping"
    assert draft["open"]
    assert "mapping" in (await act(stand, draft, "commit", 409))["detail"]

    mapped = await decide(stand, draft, files=[{"n": 0, "options": OPTIONS}])

    (file,) = mapped["files"]
    assert (file["needs"], file["new"], file["rejected"]) == (None, 2, 0)
    await act(stand, draft, "commit")
    assert [(r["kind"], r["quantity"], r["price"]) for r in await ledger(stand)] == [
        ("sell", "4", "6.00"),
        ("buy", "10", "5.50"),
    ]


async def test_what_was_decided_is_remembered_for_the_next_file_of_that_header(
    stand: Any,
) -> None:
    draft = await dropped(stand, ("own.csv", OWN.encode()))
    await decide(stand, draft, files=[{"n": 0, "options": OPTIONS}])
    await act(stand, draft, "commit")

    later = OWN.splitlines()[0] + "\n31.03.2020;Hinein;ACME;1;7,00\n"
    again = await dropped(stand, ("april.csv", later.encode()))
    other = await drop(stand, ("else.csv", b"Wann;Was\n31.03.2020;Hinein\n"))

    (file,) = again["files"]
    assert (file["template"], file["needs"], file["new"]) == ("own.csv", None, 1)
    if other.status == 201:
        assert (await other.json())["files"][0]["template"] is None


async def test_a_template_is_kept_used_by_name_and_forgotten(stand: Any, problem: Any) -> None:
    kept = {"name": "My bank", "options": OPTIONS}
    made = await stand.call("POST", "/imports/templates", json=kept)
    twice = await stand.call("POST", "/imports/templates", json=kept)
    used = await dropped(stand, ("own.csv", OWN.encode()), template="My bank")
    listed = (await (await stand.call("GET", "/imports/templates")).json())["items"]

    assert (made.status, twice.status, await problem(twice)) == (201, 409, "conflict")
    assert used["files"][0]["new"] == 2
    assert [one["name"] for one in listed] == ["My bank"]
    assert (await stand.call("DELETE", f"/imports/templates/{listed[0]['id']}")).status == 204
    assert (await stand.call("DELETE", f"/imports/templates/{listed[0]['id']}")).status == 404
    unknown = await drop(stand, ("own.csv", OWN.encode()), template="My bank")
    assert (unknown.status, await problem(unknown)) == (422, "rule")


@pytest.mark.parametrize(
    "options",
    [{"columns": {"nonsense": "Wann"}}, {"currency": "XXY"}, {"kinds": {"x": "merge"}}],
)
async def test_options_that_mean_nothing_are_refused(
    stand: Any, problem: Any, options: dict[str, Any]
) -> None:
    answer = await drop(stand, ("own.csv", OWN.encode()), options=options)

    assert answer.status == 422
    assert await problem(answer) in {"rule", "invalid"}


async def test_selling_what_was_never_bought_waits_for_a_decision(stand: Any) -> None:
    draft = await dropped(stand, ("sales.csv", SALES))
    (problem,) = draft["problems"]
    assert (problem["symbol"], problem["kind"], problem["missing"]) == ("IBM", "oversold", "4")

    message = (await act(stand, draft, "commit", 409))["detail"]
    assert "1 IBM are held on 2020-02-28" in message
    assert "opening balance" in message
    assert await ledger(stand) == []

    choice = {"symbol": "IBM", "account": "", "choice": "opening"}
    decided = await decide(stand, draft, problems=[choice])
    assert (decided["problems"], decided["new"]) == ([], 3)
    await act(stand, draft, "commit")

    opening = (await ledger(stand))[-1]
    assert (opening["kind"], opening["quantity"], opening["price"]) == ("transfer_in", "4", "110")
    assert (opening["date"], "Opening" in opening["note"]) == ("2020-01-30", True)


async def test_an_opening_balance_of_ones_own_must_suffice(stand: Any) -> None:
    draft = await dropped(stand, ("sales.csv", SALES))
    choice = {"symbol": "IBM", "account": "", "choice": "opening", "quantity": "3", "price": "90"}

    short = await decide(stand, draft, problems=[choice])
    enough = await decide(stand, draft, problems=[{**choice, "quantity": "7.5"}])

    assert [one["missing"] for one in short["problems"]] == ["1"]
    assert enough["problems"] == []
    await act(stand, draft, "commit")
    assert (await ledger(stand))[-1]["price"] == "90"


async def test_what_is_left_out_is_listed_as_rejected_and_a_decision_is_taken_back(
    stand: Any,
) -> None:
    draft = await dropped(stand, ("sales.csv", SALES))
    place = {"symbol": "IBM", "account": ""}

    out = await decide(stand, draft, problems=[{**place, "choice": "leave_out"}])
    back = await decide(stand, draft, problems=[{**place, "choice": None}])

    assert (out["new"], out["rejected"], out["problems"]) == (0, 2, [])
    assert (back["new"], len(back["problems"])) == (2, 1)


async def test_missing_history_through_a_split_is_counted_in_units_of_the_beginning(
    stand: Any,
) -> None:
    file = (
        HEAD.replace(b"\n", b",ratio\n")
        + b"2020-01-31,buy,IBM,10,100,USD,,\n2020-03-31,split,IBM,,,USD,,2:1\n"
        + b"2020-05-31,sell,IBM,50,60,USD,,\n"
    )
    draft = await dropped(stand, ("split.csv", file))

    assert [one["missing"] for one in draft["problems"]] == ["15"]
    choice = {"symbol": "IBM", "account": "", "choice": "opening"}
    assert (await decide(stand, draft, problems=[choice]))["problems"] == []


async def test_a_dividend_in_pounds_belongs_to_a_share_in_pence(stand: Any) -> None:
    draft = await dropped(stand, ("pence.csv", PENCE))
    await act(stand, draft, "commit")

    dividend = (await ledger(stand))[0]
    holding = (await (await stand.call("GET", "/positions?kind=holding")).json())["items"][0]

    assert (draft["rejected"], draft["problems"]) == (0, [])
    assert (dividend["currency"], dividend["amount"]) == ("GBP", "4.50")
    assert (holding["currency"], holding["income"]) == ("GBX", "450")


async def test_a_row_in_another_currency_goes_in_where_a_rate_is_known(stand: Any) -> None:
    file = HEAD + b"2020-01-31,buy,IBM,10,100,USD,\n2020-02-28,buy,IBM,10,90,%s,\n"
    known = await dropped(stand, ("euro.csv", file % b"EUR"))
    unknown = await dropped(stand, ("bolivar.csv", file % b"VES"))

    assert (known["new"], known["problems"]) == (2, [])
    (problem,) = unknown["problems"]
    assert (problem["symbol"], problem["kind"], problem["missing"]) == ("IBM", "refused", None)
    choice = {"symbol": "IBM", "account": "", "choice": "opening"}
    assert len((await decide(stand, unknown, problems=[choice]))["problems"]) == 1
    await act(stand, unknown, "commit", 409)


async def test_the_account_that_a_file_states_becomes_the_one_that_is_chosen(stand: Any) -> None:
    file = HEAD.replace(b"\n", b",account\n") + b"2020-01-31,buy,IBM,10,100,USD,,U123\n"
    draft = await dropped(stand, ("one.csv", file))
    assert [one["account"] for one in draft["accounts"]] == ["U123"]

    renamed = await decide(stand, draft, accounts={"U123": "Broker"})
    await act(stand, draft, "commit")

    assert [(one["stated"], one["account"]) for one in renamed["accounts"]] == [("U123", "Broker")]
    assert [row["account"] for row in await ledger(stand)] == ["Broker"]


async def test_nothing_goes_into_the_account_of_the_sample(stand: Any) -> None:
    await stand.call("POST", "/sample", json={"person": "alice"})
    taken = (await (await stand.call("GET", "/transactions?limit=1")).json())["items"][0]
    draft = await dropped(stand, ("one.csv", SALES), options={"account": taken["account"]})

    assert (draft["new"], draft["rejected"]) == (0, 2)


async def test_an_instrument_is_resolved_and_the_decision_remembered(stand: Any) -> None:
    file = (
        b"date,type,isin,name,quantity,price,currency\n"
        b"2020-01-31,buy,US4592001014,International Business Machines,1,100,USD\n"
        b"2020-01-31,buy,DE0007164600,SAP SE,1,100,EUR\n"
    )
    draft = await dropped(stand, ("isins.csv", file))
    how = {one["stated"]: (one["symbol"], one["how"]) for one in draft["instruments"]}
    assert how == {"US4592001014": ("IBM", "isin"), "DE0007164600": ("DE0007164600", "new")}

    decided = await decide(stand, draft, resolve={"DE0007164600": "SAP"})
    await act(stand, draft, "commit")
    later = await dropped(stand, ("later.csv", file.replace(b"2020-01-31", b"2021-01-31")))

    assert decided["instruments"][1]["how"] == "decided"
    assert {row["symbol"] for row in await ledger(stand)} == {"IBM", "SAP"}
    assert later["instruments"][1]["symbol"] == "SAP"


async def test_new_instruments_and_accounts_are_written_down_and_go_with_an_undo(
    stand: Any,
) -> None:
    file = (
        b"date,type,isin,name,quantity,price,currency\n"
        b"2020-01-31,buy,DE0007164600,SAP SE,1,100,EUR\n"
    )
    draft = await dropped(stand, ("isins.csv", file), options={"account": "Broker"})
    choice = {"symbol": "SAP", "class": "share", "currency": "EUR"}
    await decide(stand, draft, resolve={"DE0007164600": choice})
    await act(stand, draft, "commit")

    instrument = await (await stand.call("GET", "/instruments/SAP")).json()
    accounts = (await (await stand.call("GET", "/accounts")).json())["items"]
    assert (instrument["isin"], instrument["name"]) == ("DE0007164600", "SAP SE")
    assert [one["name"] for one in accounts] == ["Broker"]

    await act(stand, draft, "undo")

    assert (await stand.call("GET", "/instruments/SAP")).status == 404
    assert (await (await stand.call("GET", "/accounts")).json())["items"] == []


async def test_a_done_import_is_decided_about_no_more(stand: Any) -> None:
    draft = await dropped(stand, ("sales.csv", SALES.replace(b"sell", b"buy")))
    await act(stand, draft, "commit")

    assert "done" in (await refused(stand, draft, accounts={"": "Else"}))["detail"]


async def test_a_file_that_is_left_out_says_so_until_it_is_taken_in_again(stand: Any) -> None:
    draft = await dropped(stand, ("pence.csv", PENCE), ("sales.csv", SALES))
    assert [one["leave_out"] for one in draft["files"]] == [False, False]

    out = await decide(stand, draft, files=[{"n": 1, "leave_out": True}])
    read = await (await stand.call("GET", f"/imports/{draft['id']}")).json()
    back = await decide(stand, draft, files=[{"n": 1, "leave_out": False}])

    assert [(one["name"], one["leave_out"], one["rows"]) for one in out["files"]] == [
        ("pence.csv", False, 2), ("sales.csv", True, 0),
    ]  # fmt: skip
    assert read["files"] == out["files"]
    assert [one["leave_out"] for one in back["files"]] == [False, False]


async def test_a_draft_of_which_every_file_is_left_out_brings_nothing(stand: Any) -> None:
    draft = await dropped(stand, ("pence.csv", PENCE))

    out = await decide(stand, draft, files=[{"n": 0, "leave_out": True}])

    assert (out["state"], out["new"], out["open"]) == ("review", 0, False)
    assert (await act(stand, draft, "commit"))["new"] == 0
    assert await ledger(stand) == []


async def test_the_sheet_of_a_spreadsheet_may_be_named(stand: Any) -> None:
    rows = [line.split(",") for line in PENCE.decode().splitlines()]
    data = workbook({"Other": [["Dear", "reader"]], "Trades": rows, "More": rows[:2]})
    draft = await dropped(stand, ("book.xlsx", data))

    more = await decide(stand, draft, files=[{"n": 0, "options": {"sheet": "More"}}])
    none = await decide(stand, draft, files=[{"n": 0, "options": {"sheet": "Nowhere"}}])

    assert (draft["new"], more["new"]) == (2, 1)
    assert "More" in draft["files"][0]["notes"][0]
    assert (none["state"], "There is no sheet" in none["reason"]) == ("failed", True)
