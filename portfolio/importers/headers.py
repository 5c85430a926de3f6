"""What a header means: which field of a transaction its column holds, and in which currency.

The words are in `header_words`. A header is compared without case, accents, signs and spaces, so
that "Price / share" and "price/share" are one. A currency in it ("Amount (EUR)") is that of its
column. One word may mean several fields ("Valuta" is a currency in Italian, a day in German):
what stands below it decides, see `columns`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import CurrencyError
from portfolio.importers.header_words import FIELDS as FIELDS
from portfolio.importers.header_words import OTHERS

_TOTALS: Final = frozenset(
    """totalfees totalfee totalcharges totalcommission gesamtkosten totaltax totaltaxes
    gesamtsteuer gebuhrengesamt gesamtgebuhren ordergebuhrengesamt fraistotaux totalavgift
    totaleavgifter totalegebyrer totaltransactioncosts kokonaiskulut comisiontotal
    steuerngesamt""".split()  # noqa: SIM905 - a list of words is read as one
)
_SEVERAL: Final = frozenset({"fee", "tax", "kind"})  # charges add up, of kinds one is known
_ASIDE: Final = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*|\s+in\s+[A-Z]{3}$|\*")
_CODE: Final = re.compile(
    r"[(\[]\s*(?:in\s+)?([A-Z]{3}|GBp|€|£|p|pence)\s*[)\]]\s*$|\sin\s([A-Z]{3}|€|£)$"
)
_OF_SIGN: Final = {"€": "EUR", "£": "GBP", "p": "GBX", "pence": "GBX"}


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Return a word without case, accents, signs and spaces: "Fees & Comm" is "feescomm"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())


Meaning = tuple[str, int]  # a field, and how far back its word stands among those of the field


def _by_word() -> dict[str, tuple[Meaning, ...]]:
    found: dict[str, tuple[Meaning, ...]] = {}
    for field, words in FIELDS.items():
        for rank, word in enumerate(words):
            key = normalised(word)
            if all(other != field for other, _ in found.get(key, ())):
                found[key] = (*found.get(key, ()), (field, rank))
    return found


_BY_WORD: Final = _by_word()
_OTHERS: Final = frozenset(normalised(word) for word in OTHERS)
CHARGE: Final = re.compile(
    r"fee|commission|charge|gebühr|provision|spesen|frais|courtage|comisi|kosten|tax|steuer|duty",
    re.IGNORECASE,
)
_SHARE: Final = re.compile(r"%|\b(?:bps|percent\w*|pct|prozent|ratio)\b", re.IGNORECASE)
_AMT: Final = re.compile("amt$")
ASIDE_RANK: Final = 1000  # behind every word that needs nothing taken away


def meanings(header: str) -> tuple[Meaning, ...]:
    """Return the fields that a header may name, each with how far back its word stands.

    What stands in brackets is left aside when the whole is no known word: "Amount (EUR)"; not so
    what makes something else of it: "FX Fee (BPS)".
    """
    word = normalised(header)
    found = _BY_WORD.get(word, ()) or _BY_WORD.get(_AMT.sub("amount", word), ())
    if _SHARE.search(header):
        return tuple(one for one in found if one[0] == "ratio")
    if found or word in _OTHERS:
        return found
    aside = _BY_WORD.get(normalised(_ASIDE.sub(" ", header)), ())
    return tuple((field, rank + ASIDE_RANK) for field, rank in aside)


def meaning(header: str) -> Meaning | None:
    """Return the field a header names in the first place, or None."""
    return next(iter(meanings(header)), None)


def known(header: str) -> bool:
    """Say whether a cell is a known header."""
    return normalised(header) in _OTHERS or meaning(header) is not None


def currency_named(header: str) -> str:
    """Return the currency that a header states, as in "Amount (EUR)" or "Betrag in EUR"."""
    found = _CODE.search(header.strip())
    if not found:
        return ""
    code = found[1] or found[2]
    try:
        return money.check_currency(_OF_SIGN.get(code, code))
    except CurrencyError:
        return ""


def fields(
    header: Iterable[str], fits: Callable[[str, int], int] = lambda _field, _place: 1
) -> dict[str, tuple[int, ...]]:
    """Return the columns of each field: its earliest synonym wins, then the leftmost column.

    `fits` says of a field and a column whether what stands there can be it: 0 not at all, the
    higher the better. Fees and taxes may stand in several columns, which are added up, unless one
    is their total; of several columns of kinds, the first with a known word counts in each row.
    """
    ranked: dict[str, list[tuple[int, int, int, str]]] = {}
    for place, cell in enumerate(header):
        able = [(fits(field, place), field, rank) for field, rank in meanings(cell)]
        if able and (best := max(able, key=lambda one: one[0]))[0]:
            ranked.setdefault(best[1], []).append((-best[0], best[2], place, normalised(cell)))
    places: dict[str, tuple[int, ...]] = {}
    for field, columns in ranked.items():
        columns.sort()
        totals = [place for *_, place, word in columns if word in _TOTALS]
        several = field in _SEVERAL and not totals
        all_of_them = [place for *_, place, _ in columns]
        places[field] = tuple(all_of_them if several else (totals or all_of_them)[:1])
    return places
