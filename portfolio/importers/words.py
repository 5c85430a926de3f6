"""Type words of brokers and what they mean, in several languages, mapped once for all formats."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from portfolio.domain.transactions import Kind
from portfolio.importers.headers import normalised

_WORDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.BUY: (
        "buy", "bought", "purchase", "market buy", "limit buy", "stop buy", "stop limit buy",
        "buy market", "buy limit", "buy to open", "you bought", "savings plan", "b", "bto", "k",
        "reinvestment", "dividend reinvestment", "drip", "open position", "reinvest shares",
        "advanced trade buy", "kauf", "wertpapierkauf", "sparplan", "achat", "compra",
        "acquisto", "koop", "köpt", "köp", "køb", "kjøp", "kupno", "osto",
    ),
    Kind.SELL: (
        "sell", "sold", "sale", "market sell", "limit sell", "stop sell", "stop limit sell",
        "sell market", "sell limit", "sell to close", "you sold", "s", "stc", "v", "redemption",
        "sälj", "advanced trade sell", "verkauf", "wertpapierverkauf", "vente", "venta",
        "vendita", "venda", "verkoop", "sålt", "salg", "sprzedaż", "myynti",
    ),
    Kind.SHORT: (
        "sell short", "short", "sto", "you sold short", "short sale", "sell to open",
        "leerverkauf",
    ),
    Kind.COVER: (
        "buy to cover", "cover", "btc", "cover short", "buy to close", "eindeckung",
    ),
    Kind.DIVIDEND: (
        "dividend", "dividends", "cash dividend", "qualified dividend", "ordinary dividend",
        "non-qualified div", "reinvest dividend", "qual div reinvest", "special dividend",
        "dividend (ordinary)", "dividend received", "cdiv", "div", "dividend payment",
        "dividend paid", "dividend income", "provento", "dividend (dividend)", "distribution",
        "capital gain distribution", "long term cap gain", "short term cap gain",
        "pr yr cash div", "dividende", "ausschüttung", "ertrag", "dividendenzahlung",
        "dividendo", "dividendi", "utdelning", "udbytte", "utbytte", "dywidenda", "osinko",
    ),
    Kind.INTEREST: (
        "interest", "credit interest", "interest on cash", "bank interest", "interest income",
        "interest received", "int", "interest earned", "cash interest", "interest payment",
        "lending interest", "bond interest", "coupon", "staking income", "rewards income",
        "reward income", "learning reward", "free funds interests", "free-funds interest",
        "zinsen", "zinsgutschrift", "zins", "intérêts", "intereses", "interessi", "juros",
        "rente", "ränta", "odsetki",
    ),
    Kind.FEE: (
        "fee", "fees", "commission", "adr mgmt fee", "custody fee", "service fee", "account fee",
        "margin interest", "gebühr", "gebühren", "gebührenbelastung", "frais", "comisión",
        "commissione", "commissioni", "kosten", "avgift", "opłata",
    ),
    Kind.TAX: (
        "tax", "taxes", "withholding tax", "foreign tax paid", "nra withholding", "nra tax adj",
        "steuer", "steuern", "impôt", "impuesto", "imposta", "skatt", "podatek",
    ),
    Kind.DEPOSIT: (
        "deposit", "deposits", "cash top-up", "cash in", "contribution", "dep",
        "transfer from bank", "top up", "cash deposit", "moneylink deposit", "wire received",
        "electronic funds transfer in", "customer inpayment", "einlage", "einzahlung", "dépôt",
        "depósito", "deposito", "storting", "insättning", "indbetaling", "wpłata",
    ),
    Kind.WITHDRAWAL: (
        "withdrawal", "withdrawals", "withdraw", "cash out", "cash withdrawal", "removal",
        "moneylink transfer out", "wire sent", "entnahme", "auszahlung", "retrait", "retirada",
        "retiro", "prelievo", "levantamento", "opname", "uttag", "wypłata",
    ),
    Kind.TRANSFER_IN: (
        "transfer in", "transferin", "delivery inbound", "delivery (inbound)",
        "inbound delivery", "einlieferung", "receive", "received", "transfer (inbound)",
        "security transfer in",
    ),
    Kind.TRANSFER_OUT: (
        "transfer out", "transferout", "delivery outbound", "delivery (outbound)", "send",
        "sent", "outbound delivery", "auslieferung", "transfer (outbound)",
        "security transfer out",
    ),
    Kind.SPLIT: (
        "split", "stock split", "forward split", "reverse split", "aktiensplit",
    ),
}  # fmt: skip
_BY_WORD: Final = {normalised(word): kind for kind, words in _WORDS.items() for word in words}


_LONGEST: Final = 3  # words of a phrase that may begin a sentence
_HARMLESS: Final = frozenset(
    """market limit stop order orders shares share stock stocks etf etfs cash received paid payment
    executed filled trade spot at of in long savings plan regular on
    comptant contanti""".split()  # noqa: SIM905 - a list of words is read as one
)
_TURNS: Final = ("cancel", "revers", "correct", "refund", "storn", "tax", "fee", "charge", "adj",
                 "withh", "annul")  # fmt: skip


@lru_cache(maxsize=4096)
def kind_of(text: str) -> Kind | None:
    """Return the kind a type word stands for, or None when it is not known.

    A sentence counts by the words it begins with ("YOU BOUGHT VANGUARD …"), unless something in
    it may turn them around; a single word only before words that add nothing ("Buy - Market").
    """
    found = _BY_WORD.get(normalised(text))
    parts = text.casefold().replace("-", " ").replace("_", " ").split()
    if found is not None or len(parts) < 2:  # noqa: PLR2004 - a sentence has several words
        return found
    if any(turn in part for part in parts for turn in _TURNS):
        return None
    for length in range(min(_LONGEST, len(parts) - 1), 0, -1):
        found = _BY_WORD.get(normalised(" ".join(parts[:length])))
        if found in {None, Kind.SPLIT}:  # what a split is needs more than its name
            continue
        if length > 1 or _HARMLESS.issuperset(parts[1:]):
            return found
    return None
