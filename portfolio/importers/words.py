"""Type words of brokers and what they mean, in several languages, mapped once for all formats."""

import re
from functools import lru_cache
from typing import Final

from portfolio.domain.transactions import Kind
from portfolio.importers.headers import normalised
from portfolio.importers.type_words import WORDS

_BY_WORD: Final = {normalised(word): kind for kind, words in WORDS.items() for word in words}


_BY_SIGN: Final = frozenset(
    normalised(word)
    for word in (
        "transfer", "cash transfer", "bank transfer", "funds transfer", "money transfer", "ach",
        "ach transfer", "wire", "wire transfer", "eft", "electronic funds transfer",
        "moneylink transfer", "internal transfer", "deposit/withdrawal", "deposits/withdrawals",
        "deposits & withdrawals", "cash movement", "cash deposit/withdrawal",
        "überweisung", "umbuchung", "übertrag", "ein-/auszahlung", "einlage/entnahme",
        "einzahlung/auszahlung", "virement", "virement espèces", "dépôt/retrait",
        "transferencia", "bonifico", "giroconto", "storting / opname", "storting/opname",
        "overboeking", "överföring", "overføring", "overførsel", "insättning/uttag",
        "przelew", "transferência",
    )
)  # fmt: skip
_ENOUGH: Final = frozenset({"reinvestment"})  # words that whatever follows cannot turn around
_LONGEST: Final = 3  # words of a phrase that may begin a sentence
_HARMLESS: Final = frozenset(
    """market limit stop order orders shares share stock stocks etf etfs cash received paid payment
    executed filled trade trades spot at of in long savings plan regular on monthly online
    société fiducie corporation trust ordinary
    comptant contanti contant instant recurring auto automatic sepa bank
    fund funds fonds fondsen aktien aktie wertpapiere wertpapier anteile titoli titolo azioni
    azione titres titre actions action acciones acción valores ações aandelen aandeel effecten
    aktier aktie akcje security securities equity equities bond bonds unit units crypto coin coins
    """.split()  # noqa: SIM905 - a list of words is read as one
)
_TURNS: Final = ("cancel", "revers", "correct", "refund", "storn", "tax", "fee", "charge", "adj",
                 "withh", "annul", "rückerst", "erstatt", "rembours", "rimbors",
                 "korrek")  # fmt: skip
_TAKEN_BACK: Final = re.compile(
    r"\b(?:storno|storniert|stornierung|reversal|reversed|cancell?ed|cancellation|annulation"
    r"|annullamento|annulering|anulación|makulerad|makulert)\b",
    re.IGNORECASE,
)
_REWARDS: Final = re.compile(r"\b(?:staking|stake|rewards?|earn|airdrop)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def kind_of(text: str) -> Kind | None:
    """Return the kind a type word stands for, or None when it is not known.

    A sentence counts by the words it begins with ("YOU BOUGHT VANGUARD …"), unless something in
    it may turn them around; a single word only beside words that add nothing ("Buy - Market",
    "SEPA Deposit").
    """
    found = _BY_WORD.get(normalised(text))
    parts = text.casefold().replace("-", " ").replace("_", " ").split()
    if found is not None or len(parts) < 2:  # noqa: PLR2004 - a sentence has several words
        return found
    if _HARMLESS.issuperset(parts[:-1]) and (last := _BY_WORD.get(normalised(parts[-1]))):
        return None if last is Kind.SPLIT else last
    if any(turn in part for part in parts for turn in _TURNS):
        return None
    for length in range(min(_LONGEST, len(parts) - 1), 0, -1):
        found = _BY_WORD.get(normalised(" ".join(parts[:length])))
        if found in {None, Kind.SPLIT}:  # what a split is needs more than its name
            continue
        if length > 1 or parts[0] in _ENOUGH or _HARMLESS.issuperset(parts[1:]):
            return found
    return None


@lru_cache(maxsize=4096)
def kind_within(text: str) -> Kind | None:
    """Return the one kind that the words of a sentence stand for; None when they tell several.

    For columns that describe in a sentence what a table has no type words for. Letters alone and
    words that may turn a sentence around tell nothing.
    """
    parts = text.casefold().replace("-", " ").replace("_", " ").split()
    found = {kind for part in parts if len(part) > 2 and (kind := _BY_WORD.get(normalised(part)))}  # noqa: PLR2004 - "in"
    return found.pop() if len(found) == 1 else None


def by_sign(text: str) -> bool:
    """Say whether a type word means money that comes or goes, as its sign says: "Transfer"."""
    return normalised(text) in _BY_SIGN


def takes_back(text: str) -> bool:
    """Say whether a text says that a booking undoes another one."""
    return bool(_TAKEN_BACK.search(text))


def is_reward(text: str) -> bool:
    """Say whether a type word means units that arrive as income, such as "Staking reward"."""
    return bool(_REWARDS.search(text.replace("_", " ")))
