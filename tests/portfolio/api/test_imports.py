"""Files dropped, reviewed, taken over, undone: over HTTP."""

import base64
import io
import zipfile
from typing import Any

import aiohttp
import pytest

GHOSTFOLIO = b"""Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note
31-01-2012,IBM,YAHOO,USD,186.30,10,buy,9.95,first
31-01-2012,IBM,YAHOO,USD,186.30,10,buy,9.95,first
01-06-2012,IBM,YAHOO,USD,190.00,5,sell,9.95,
10-03-2012,IBM,YAHOO,USD,0.75,20,dividend,0,
11-03-2012,IBM,YAHOO,USD,nonsense,20,buy,0,
"""


async def drop(stand: Any, *files: tuple[str, bytes], **more: Any) -> aiohttp.ClientResponse:
    """Drop files as a script does, in JSON."""
    sent = [
        {"name": name, "content_base64": base64.b64encode(data).decode()} for name, data in files
    ]
    answer: aiohttp.ClientResponse = await stand.call(
        "POST", "/imports", json={"files": sent, **more}
    )
    return answer


async def dropped(stand: Any, *files: tuple[str, bytes], **more: Any) -> dict[str, Any]:
    answer = await drop(stand, *files, **more)
    assert answer.status == 201, await answer.text()
    made: dict[str, Any] = await answer.json()
    assert answer.headers["Location"] == f"/api/v1/imports/{made['id']}"
    return made


async def act(stand: Any, draft: dict[str, Any], what: str, status: int = 200) -> dict[str, Any]:
    answer = await stand.call("POST", f"/imports/{draft['id']}/{what}")
    assert answer.status == status, await answer.text()
    found: dict[str, Any] = await answer.json(content_type=None)
    return found


async def ledger(stand: Any) -> list[dict[str, Any]]:
    answer = await stand.call("GET", "/transactions?limit=200")
    items: list[dict[str, Any]] = (await answer.json())["items"]
    return items


async def test_a_file_is_reviewed_then_taken_over_then_undone(stand: Any) -> None:
    draft = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))

    assert draft["state"] == "review"
    (file,) = draft["files"]
    assert (file["format"], file["new"], file["rejected"]) == ("ghostfolio-csv", 4, 1)
    assert await ledger(stand) == []

    done = await act(stand, draft, "commit")
    rows = await ledger(stand)

    assert (done["state"], done["new"]) == ("done", 4)
    assert [row["kind"] for row in rows] == ["sell", "dividend", "buy", "buy"]
    assert {row["price"] for row in rows if row["kind"] == "buy"} == {"186.30"}
    holding = (await (await stand.call("GET", "/positions?kind=holding")).json())["items"]
    assert [(one["symbol"], one["quantity"]) for one in holding] == [("IBM", "15")]

    undone = await act(stand, draft, "undo")

    assert undone["state"] == "undone"
    assert await ledger(stand) == []


async def test_a_form_of_files_is_taken_as_json_is(stand: Any) -> None:
    form = aiohttp.FormData()
    form.add_field("files", GHOSTFOLIO, filename="one.csv", content_type="text/csv")
    form.add_field("files", GHOSTFOLIO, filename="two.csv", content_type="text/csv")
    form.add_field("options", '{"account": "Broker"}')

    answer = await stand.call("POST", "/imports", data=form)
    draft = await answer.json()

    assert answer.status == 201
    assert [one["name"] for one in draft["files"]] == ["one.csv", "two.csv"]
    assert draft["accounts"] == [
        {"stated": "Broker", "account": "Broker", "rows": 8, "exists": False}
    ]


@pytest.mark.parametrize("field", [{"options": "{"}, {"options": '{"no": 1}'}, {"other": "x"}])
async def test_a_form_with_a_faulty_field_is_refused(
    stand: Any, problem: Any, field: dict[str, str]
) -> None:
    form = aiohttp.FormData(field)
    form.add_field("files", GHOSTFOLIO, filename="one.csv")

    answer = await stand.call("POST", "/imports", data=form)

    assert (answer.status, await problem(answer)) == (422, "invalid")


async def test_what_is_no_form_is_refused(stand: Any, problem: Any) -> None:
    answer = await stand.call(
        "POST", "/imports", data=b"nothing", headers={"Content-Type": "multipart/form-data"}
    )

    assert (answer.status, await problem(answer)) == (400, "malformed")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04" + bytes(50), "unpack it"),
        (b"\xd0\xcf\x11\xe0" + bytes(50), "password"),
        (bytes(range(256)), "no text"),
        (b"Dear reader,\nthis is a letter.\n", "No known format"),
        (b'{"some": "json"}', "no known format"),
    ],
)
async def test_a_file_that_is_no_statement_is_refused_with_what_would_help(
    stand: Any, problem: Any, data: bytes, said: str
) -> None:
    answer = await drop(stand, ("strange.csv", data))

    assert (answer.status, await problem(answer)) == (422, "rule")
    detail = (await answer.json(content_type=None))["detail"]
    assert "strange.csv" in detail
    assert said in detail
    assert (await (await stand.call("GET", "/imports")).json())["items"] == []


async def test_of_several_files_an_unreadable_one_says_so_and_the_others_go_on(stand: Any) -> None:
    draft = await dropped(stand, ("letter.txt", b"Dear reader"), ("good.csv", GHOSTFOLIO))

    letter, good = draft["files"]
    assert "No known format" in letter["error"]
    assert (good["error"], good["new"]) == (None, 4)
    assert (await act(stand, draft, "commit"))["new"] == 4


async def test_more_than_the_limit_is_refused_before_it_is_all_here(
    stand: Any, problem: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portfolio.api.dispatch.UPLOAD_BYTES_MAX", 1000)
    form = aiohttp.FormData()
    form.add_field("files", b"x" * 1001, filename="one.csv")

    as_form = await stand.call("POST", "/imports", data=form)
    as_json = await drop(stand, ("one.csv", b"x" * 1000))
    small = await drop(stand, ("one.csv", GHOSTFOLIO[:300]))

    assert (as_form.status, await problem(as_form)) == (413, "too-large")
    assert (as_json.status, await problem(as_json)) == (413, "too-large")
    assert small.status == 201


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [("FILES_BYTES_MAX", 100, "MiB"), ("ROWS_MAX", 3, "rows"), ("DRAFTS_MAX", 0, "open")],
)
async def test_each_limit_of_an_import_is_named(
    stand: Any, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, said: str
) -> None:
    monkeypatch.setattr(f"portfolio.services.imports.drafts.{limit}", value)

    answer = await drop(stand, ("one.csv", GHOSTFOLIO))

    assert answer.status in {422, 429}
    assert said in (await answer.json(content_type=None))["detail"]


async def test_too_many_files_are_refused(stand: Any, problem: Any) -> None:
    answer = await drop(stand, *[(f"{n}.csv", GHOSTFOLIO) for n in range(51)])

    assert (answer.status, await problem(answer)) == (422, "invalid")


async def test_the_same_file_again_changes_nothing(stand: Any) -> None:
    first = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))
    await act(stand, first, "commit")
    before = await ledger(stand)

    again = await dropped(stand, ("renamed.csv", GHOSTFOLIO))
    done = await act(stand, again, "commit")

    assert (again["new"], again["known"]) == (0, 4)
    assert (done["state"], done["new"], done["known"]) == ("done", 0, 4)
    assert await ledger(stand) == before


async def test_of_two_drafts_of_one_file_the_second_brings_nothing(stand: Any) -> None:
    one = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))
    two = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))
    assert (one["new"], two["new"]) == (4, 4)

    await act(stand, one, "commit")
    done = await act(stand, two, "commit")

    assert (done["new"], done["known"]) == (0, 4)
    assert len(await ledger(stand)) == 4


async def test_commit_and_undo_happen_once(stand: Any) -> None:
    draft = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))

    assert "not done" in (await act(stand, draft, "undo", 409))["detail"]
    await act(stand, draft, "commit")
    assert "already" in (await act(stand, draft, "commit", 409))["detail"]
    await act(stand, draft, "undo")
    assert "already" in (await act(stand, draft, "undo", 409))["detail"]
    await act(stand, draft, "commit", 409)


async def test_what_a_later_sale_needs_is_not_undone(stand: Any) -> None:
    draft = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))
    await act(stand, draft, "commit")
    sale = {
        "kind": "sell", "symbol": "IBM", "currency": "USD", "date": "2013-01-02",
        "quantity": "15", "price": "200",
    }  # fmt: skip
    sold = await (await stand.call("POST", "/transactions", json=sale)).json()

    refused = await act(stand, draft, "undo", 409)
    await stand.call("DELETE", f"/transactions/{sold['id']}")
    undone = await act(stand, draft, "undo")

    assert "2013-01-02" in refused["detail"]
    assert "IBM" in refused["detail"]
    assert (undone["state"], await ledger(stand)) == ("undone", [])


async def test_after_an_undo_the_file_is_new_again(stand: Any) -> None:
    first = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))
    await act(stand, first, "commit")
    await act(stand, first, "undo")

    again = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))

    assert (again["new"], again["known"]) == (4, 0)


async def test_rejected_rows_are_downloaded_with_their_reason_and_compute_nothing(
    stand: Any,
) -> None:
    evil = GHOSTFOLIO + b"12-03-2012,=cmd|calc,YAHOO,USD,=1+1,1,buy,0,@note\n"
    draft = await dropped(stand, ("ghostfolio.csv", evil))

    answer = await stand.call("GET", f"/imports/{draft['id']}/rejected.csv")
    text = await answer.text()

    assert answer.content_type == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    head, *lines = text.splitlines()
    assert head.startswith("file,line,reason,column,text")
    assert [line.split(",")[:2] for line in lines] == [["0", "6"], ["0", "7"]]
    assert "nonsense" in lines[0]
    assert "'=cmd|calc" in lines[1]
    assert ",=" not in text
    assert ",@" not in text


async def test_rows_are_listed_by_status_page_by_page(stand: Any) -> None:
    draft = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))

    first = await (
        await stand.call("GET", f"/imports/{draft['id']}/rows?status=new&limit=3")
    ).json()
    rest = await (
        await stand.call(
            "GET", f"/imports/{draft['id']}/rows?status=new&limit=3&cursor={first['next']}"
        )
    ).json()
    rejected = await (
        await stand.call("GET", f"/imports/{draft['id']}/rows?status=rejected")
    ).json()

    assert [row["line"] for row in first["items"] + rest["items"]] == [2, 3, 4, 5]
    (bad,) = rejected["items"]
    assert (bad["line"], bad["text"], bad["cells"][1]) == (6, "nonsense", "IBM")


async def test_a_draft_is_deleted_and_an_import_is_not(stand: Any) -> None:
    draft = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))
    done = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))
    await act(stand, done, "commit")

    gone = await stand.call("DELETE", f"/imports/{draft['id']}")
    kept = await stand.call("DELETE", f"/imports/{done['id']}")

    assert (gone.status, kept.status) == (204, 409)
    assert (await stand.call("GET", f"/imports/{draft['id']}")).status == 404
    for path in ("", "/rows", "/rejected.csv"):
        answer = await stand.call("GET", f"/imports/01ARZ3NDEKTSV4RRFFQ69G5FAV{path}")
        assert answer.status == 404


async def test_a_repeated_drop_under_a_key_makes_one_draft(stand: Any) -> None:
    form = aiohttp.FormData()
    form.add_field("files", GHOSTFOLIO, filename="one.csv")
    other = aiohttp.FormData()
    other.add_field("files", GHOSTFOLIO, filename="one.csv")
    key = {"Idempotency-Key": "drop-1"}

    first = await stand.call("POST", "/imports", data=form, headers=key)
    second = await stand.call("POST", "/imports", data=other, headers=key)

    assert (await first.json())["id"] == (await second.json())["id"]
    assert len((await (await stand.call("GET", "/imports")).json())["items"]) == 1


@pytest.mark.parametrize(
    "head",
    [
        b'Content-Disposition: form-data; name="\xc2\x92\xc3\xbc(\x14"',
        b'Content-Disposition: form-data; name="a"; filename="\xff\xfe"',
        b"Content-Disposition",
        b"",
        b"Content-Length: 99999999999\r\n" + b'Content-Disposition: form-data; name="a"',
        b"Content-Transfer-Encoding: none\r\n" + b'Content-Disposition: form-data; name="a"',
    ],
)
async def test_a_form_of_odd_bytes_is_refused_without_a_fault(stand: Any, head: bytes) -> None:
    body = b"--x\r\n" + head + b"\r\n\r\n{}\r\n--x--\r\n"

    answer = await stand.call(
        "POST",
        "/imports",
        data=body,
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert answer.status in {400, 422}


async def test_a_row_that_was_changed_since_is_still_known(stand: Any) -> None:
    draft = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))
    await act(stand, draft, "commit")
    dividend = (await ledger(stand))[1]
    stand.clock.advance(minutes=1)
    changed = {"amount": "14.99", "account": "Elsewhere", "quantity": None, "price": None}
    answer = await stand.call("PATCH", f"/transactions/{dividend['id']}", json=changed)
    assert answer.status == 200, await answer.text()

    again = await dropped(stand, ("ghostfolio.csv", GHOSTFOLIO))

    assert (again["new"], again["known"]) == (0, 4)


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


async def test_an_archive_is_taken_apart_and_its_files_are_read_one_by_one(stand: Any) -> None:
    data = zipped(**{"a/trades.csv": GHOSTFOLIO, "letter.txt": b"Dear reader", "x.png": b"PNG",
                     "__MACOSX/a.csv": b"x"})  # fmt: skip
    draft = await dropped(stand, ("all.zip", data))

    assert [(one["name"], one["new"]) for one in draft["files"]] == [
        ("all.zip: trades.csv", 4), ("all.zip: letter.txt", 0),
    ]  # fmt: skip
    assert "No known format" in draft["files"][1]["error"]


async def test_an_archive_of_too_much_is_refused(stand: Any, problem: Any) -> None:
    many = zipped(**{f"{n}.csv": GHOSTFOLIO for n in range(51)})
    answer = await drop(stand, ("many.zip", many))

    assert (answer.status, await problem(answer)) == (422, "rule")
    assert "up to 50 files" in (await answer.json(content_type=None))["detail"]
