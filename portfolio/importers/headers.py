"""The words that stand above columns, in the languages brokers write.

`FIELDS` maps a field of a transaction to every header that means it. A header is compared
without case, accents, signs and spaces, so that "Price / share" and "price/share" are one. A
currency in it ("Amount (EUR)") is that of its column.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from portfolio.domain import money
from portfolio.domain.errors import CurrencyError

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": (
        "date", "trade date", "transaction date", "datetime", "date time", "time", "timestamp",
        "run date", "date of trade", "execution date", "activity date", "execution time",
        "order date", "deal date", "booking date", "posting date", "process date", "entry date",
        "created at", "completed date", "date executed", "close date", "settle date",
        "settlement date", "value date",
        "datum", "buchungstag", "buchungsdatum", "handelsdatum", "handelstag", "ausführung",
        "ausführungsdatum", "ausführungszeit", "transaktionsdatum", "abschlusstag", "schlusstag",
        "datum zeit", "date d'opération", "date opération", "date de l'opération", "date op",
        "date de transaction", "date d'exécution", "fecha", "fecha operación",
        "fecha de operación", "fecha ejecución", "data", "data operazione", "data esecuzione",
        "data operação", "transactiedatum", "handelsdag", "uitvoeringsdatum", "affärsdag", "dato",
        "handelsdato", "päivämäärä", "data transakcji", "data operacji",
    ),
    "time": (
        "tijd", "uhrzeit", "zeit", "heure", "hora", "ora", "trade time", "transaction time",
        "czas",
    ),
    "kind": (
        "type", "action", "activity type", "transaction type", "buy/sell", "transaction", "side",
        "operation", "activity", "event type", "trade type", "trans type", "direction", "b/s",
        "transaction kind", "activity sub type", "record type", "transaction code", "trans code",
        "event", "segno",
        "typ", "art", "vorgang", "vorgangsart", "transaktion", "transaktionstyp",
        "transaktionsart", "buchungsart", "auftragsart", "geschäftsart", "umsatzart", "umsatztyp",
        "kauf/verkauf", "opération", "type d'opération", "type opération", "type de transaction",
        "sens", "achat/vente", "tipo", "operación", "tipo de operación", "tipo operación",
        "tipo de transacción", "compra/venta", "operazione", "tipo operazione",
        "tipo transazione", "acquisto/vendita", "operação", "tipo de operação", "soort",
        "transactietype", "type transactie", "aankoop/verkoop", "koop/verkoop", "verrichting",
        "handling", "rodzaj", "tapahtuma", "typ av transaktion", "transaktionstype",
    ),
    "symbol": (
        "symbol", "ticker", "code", "ticker symbol", "instrument symbol", "ticker-symbol",
        "stock symbol", "instrument code", "security code", "kürzel", "symbole", "símbolo",
        "simbolo", "stock", "asset", "security symbol", "coin", "market", "pair",
    ),
    "isin": ("isin", "instrument isin", "identifier", "isin code", "isin-kod", "code isin",
             "isin-code", "código isin", "codice isin"),
    "name": (
        "name", "security name", "description", "instrument", "product", "holding name",
        "security", "company", "details", "asset name", "stock name", "fund", "fund name",
        "investment", "investment name", "security description", "instrument name",
        "stock / etf", "company name", "holding",
        "wertpapiername", "wertpapier", "wertpapierbezeichnung", "bezeichnung", "titel", "produkt",
        "name des wertpapiers", "fondsname", "instrumentenname", "libellé", "valeur",
        "nom", "producto", "nombre", "descripción", "prodotto", "titolo", "descrizione", "nome",
        "produto", "naam", "omschrijving", "fonds", "fondsnaam", "värdepapper",
        "värdepapper/beskrivning", "verdipapir",
    ),
    "quantity": (
        "quantity", "shares", "units", "no. of shares", "qty", "number of shares", "volume",
        "quantity transacted", "amount of shares", "filled qty", "filled quantity", "filled",
        "executed quantity", "number of units", "no of units", "share quantity", "unit", "size",
        "nominal", "nominal amount", "stück", "stücke", "anzahl", "menge", "stk", "nominale",
        "stück/nominale", "stück/nom", "anteile", "anzahl anteile", "quantité", "qté",
        "nombre de titres", "quantité exécutée", "cantidad", "títulos", "n.º de títulos",
        "participaciones", "quantità", "numero titoli", "quantidade", "aantal", "aantallen",
        "hoeveelheid", "antal", "antall", "ilość", "liczba", "määrä",
    ),
    "price": (
        "price", "unit price", "price per share", "price / share", "trade price", "share price",
        "purchase price", "price at transaction", "avg price", "execution price", "cost per share",
        "average price", "price per unit", "fill price", "filled price", "avg fill price",
        "price paid", "unit cost", "deal price", "executed price", "net asset value", "nav",
        "open price",
        "kurs", "preis", "stückpreis", "ausführungskurs", "ausführungspreis", "abrechnungskurs",
        "kurs/preis", "preis pro stück", "cours", "prix", "prix unitaire", "cours d'exécution",
        "prix d'exécution", "prix d'exé", "precio", "precio unitario", "precio medio", "prezzo",
        "prezzo unitario", "prezzo medio", "prezzo di esecuzione", "preço", "koers", "prijs",
        "koers per stuk", "prijs per stuk", "pris", "cena", "hinta",
    ),
    "gross": (
        "gross amount", "trade money", "subtotal", "gross", "gross value", "consideration",
        "gross consideration", "trade value", "principal", "principal amount", "order value",
        "bruttobetrag", "brutto", "kurswert", "montant brut", "importe bruto", "efectivo",
        "importo lordo", "controvalore", "valor bruto", "brutobedrag", "bruttobelopp",
    ),
    "net": (
        "net amount", "amount", "total", "total amount", "value", "net", "net cash", "proceeds",
        "total (inclusive of fees and/or spread)", "net value", "net proceeds", "total value",
        "settlement amount", "settlement value", "cash amount", "total cost", "net settlement",
        "transaction amount", "cash flow", "debit/credit", "total consideration",
        "net cash amount", "importo euro",
        "wert", "betrag", "nettobetrag", "gesamtbetrag", "totalbetrag", "endbetrag",
        "ausmachender betrag", "gesamt", "gesamtwert", "umsatz",
        "montant", "montant net", "montant total", "importe", "importe neto", "importe total",
        "importo", "importo netto", "importo totale", "totale", "valor", "valor líquido",
        "valor total", "bedrag", "nettobedrag", "totaalbedrag", "totaal", "mutatie", "belopp",
        "beløb", "beløp", "kwota", "wartość", "summa",
    ),
    "fee": (
        "total fees", "total charges", "total commission", "gesamtkosten",
        "fee", "fees", "commission", "commissions", "fees & comm", "ib commission", "costs",
        "brokerage", "fees and/or spread", "transaction fee", "transaction fees", "charges",
        "trading fee", "broker fee", "brokerage fee", "dealing charge", "dealing charges",
        "commission/fees", "feetax", "commission & fees", "fee amount", "exchange fee",
        "exchange fees",
        "regulatory fee", "sec fee", "clearing fee", "transaction costs", "other fees",
        "commissions and fees", "commission and fees", "fees and commissions", "fees/commission",
        "fx fee", "fx fee amount", "conversion fee",
        "gebühren", "gebühr", "provision", "provisionen", "spesen", "kosten", "courtage",
        "fremdspesen", "fremde spesen", "börsengebühr", "transaktionskosten", "ordergebühr",
        "frais", "frais de courtage", "commission ttc", "comisión", "comisiones", "gastos",
        "corretaje", "commissione", "commissioni", "spese", "comissão", "comissões",
        "transactiekosten", "kurtage", "avgift", "courtage/avgifter", "prowizja", "opłata",
    ),
    "tax": (
        "total tax", "total taxes", "gesamtsteuer",
        "tax", "taxes", "withholding tax", "tax withheld", "stamp duty", "withholding",
        "foreign tax", "tax amount", "steuern", "steuer", "quellensteuer", "kapitalertragsteuer",
        "kapitalertragssteuer", "solidaritätszuschlag", "kirchensteuer", "abgeltungssteuer",
        "impôts", "impôt", "taxe", "impuestos", "retención", "imposte", "ritenuta", "tasse",
        "impostos", "belasting", "belastingen", "dividendbelasting", "beurstaks", "skatt",
        "podatek",
    ),
    "currency": (
        "currency", "ccy", "curr", "currency primary", "transaction currency", "price currency",
        "currency (price / share)", "instrument currency", "currency code", "trade currency",
        "trading currency", "währung", "buchungswährung", "whg", "wkg",
        "transaktionswährung", "handelswährung", "devise", "monnaie", "divisa", "moneda",
        "valuta", "munt", "moeda", "valuutta", "waluta", "valuuttakoodi",
    ),
    "cash_currency": (
        "account currency", "settlement currency", "total currency", "currency of account",
        "payment currency", "cash currency", "kontowährung", "abrechnungswährung",
        "devise du compte", "divisa de la cuenta", "valuta conto",
    ),
    "account": (
        "account", "account id", "account name", "account number", "portfolio", "konto", "depot",
        "depotnummer", "kontonummer", "compte", "cuenta", "conto", "conta", "rekening",
        "rekeningnummer",
    ),
    "note": (
        "note", "notes", "comment", "comments", "memo", "remark", "remarks", "notiz", "kommentar",
        "bemerkung", "verwendungszweck", "commentaire", "comentario", "nota", "note libere",
        "opmerking", "opmerkingen",
    ),
    "reference": (
        "transaction id", "trade id", "order id", "id", "reference", "order #", "order number",
        "transaction number", "reference number", "order ref", "trade number", "deal reference",
        "referenznummer", "auftragsnummer", "ordernummer", "transaktionsnummer", "référence",
        "referencia", "riferimento", "referentie", "transactie id", "order-id",
    ),
    "debit": (
        "debit", "debits", "debit amount", "paid out", "money out", "soll", "belastung", "débit",
        "debe", "cargo", "dare", "uscite", "af", "débito",
    ),
    "credit": (
        "credit", "credits", "credit amount", "paid in", "money in", "haben", "gutschrift",
        "crédit", "haber", "abono", "avere", "entrate", "bij", "crédito",
    ),
    "status": ("status", "order status", "state", "statut", "estado", "stato", "auftragsstatus"),
    "fee_currency": (
        "fee currency", "commission currency", "ib commission currency", "fee ccy",
        "currency of fee", "gebührenwährung", "währung gebühren", "devise des frais",
    ),
    "ratio": ("ratio", "split ratio", "split", "verhältnis", "bezugsverhältnis"),
    "fx_rate": (
        "fx rate", "exchange rate", "fxrate", "conversion rate", "wechselkurs", "devisenkurs",
        "umrechnungskurs", "taux de change", "tipo de cambio", "cambio", "tasso di cambio",
        "wisselkoers", "fx",
    ),
}  # fmt: skip
# Headers that say nothing about a transaction, but make a line one of headers.
OTHERS: Final = frozenset(
    {
        "balance", "saldo", "kontostand", "solde", "wkn", "cusip", "sedol", "exchange", "venue",
        "börse", "market value", "realized gain", "order type", "asset class",
        "asset type", "category", "sector", "valutadatum", "fecha valor", "data valuta",
        "date de valeur", "cash balance", "running balance", "profit", "result", "sedol code",
    }
)  # fmt: skip
_TOTALS: Final = frozenset(
    {"totalfees", "totalcharges", "totalcommission", "gesamtkosten", "totaltax", "totaltaxes",
     "gesamtsteuer"}
)  # fmt: skip
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


_BY_WORD: Final = {
    normalised(word): (field, rank)
    for field, words in FIELDS.items()
    for rank, word in enumerate(words)
}
_OTHERS: Final = frozenset(normalised(word) for word in OTHERS)
CHARGE: Final = re.compile(
    r"fee|commission|charge|gebühr|provision|spesen|frais|courtage|comisi|kosten|tax|steuer|duty",
    re.IGNORECASE,
)
ASIDE_RANK: Final = 1000  # behind every word that needs nothing taken away


def meaning(header: str) -> tuple[str, int] | None:
    """Return the field a header names and how far back its word stands, or None.

    What stands in brackets is left aside when the whole is no known word: "Amount (EUR)".
    """
    found = _BY_WORD.get(normalised(header))
    if found is not None or normalised(header) in _OTHERS:
        return found
    aside = _BY_WORD.get(normalised(_ASIDE.sub(" ", header)))
    return None if aside is None else (aside[0], aside[1] + ASIDE_RANK)


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


def fields(header: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return the columns of each field: its earliest synonym wins, then the leftmost column.

    Fees and taxes may stand in several columns, which are added up, unless one is their total;
    of several columns of kinds, the first with a known word counts in each row.
    """
    ranked: dict[str, list[tuple[int, int, str]]] = {}
    for place, cell in enumerate(header):
        found = meaning(cell)
        if found is not None:
            ranked.setdefault(found[0], []).append((found[1], place, normalised(cell)))
    places: dict[str, tuple[int, ...]] = {}
    for field, columns in ranked.items():
        columns.sort()
        totals = [place for _, place, word in columns if word in _TOTALS]
        several = field in _SEVERAL and not totals
        places[field] = tuple(place for _, place, _ in columns) if several else (columns[0][1],)
    return places
