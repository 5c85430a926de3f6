"""The words that stand above columns, in the languages brokers write.

`FIELDS` maps a field of a transaction to every header that means it. A header is compared
without case, accents, signs and spaces, so that "Price / share" and "price/share" are one.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": (
        "date", "trade date", "transaction date", "datetime", "date time", "time", "timestamp",
        "settle date", "run date", "date of trade", "execution date", "activity date",
        "datum", "buchungstag", "buchungsdatum", "handelsdatum", "handelstag", "ausführung",
        "date d'opération", "date opération", "date de l'opération", "date de transaction",
        "fecha", "fecha operación", "fecha de operación", "data", "data operazione",
        "data operação", "transactiedatum", "handelsdag", "affärsdag", "dato", "handelsdato",
        "päivämäärä", "data transakcji",
    ),
    "time": ("tijd", "uhrzeit", "heure", "hora", "ora", "trade time", "transaction time"),
    "kind": (
        "type", "action", "activity type", "transaction type", "buy/sell", "transaction", "side",
        "operation", "activity", "event type", "typ", "art", "vorgang", "transaktion",
        "transaktionstyp", "buchungsart", "auftragsart", "opération", "type d'opération", "sens",
        "tipo", "operación", "tipo de operación", "operazione", "tipo operazione", "operação",
        "soort", "transactietype", "transaktionstyp", "handling", "rodzaj", "tapahtuma",
    ),
    "symbol": (
        "symbol", "ticker", "code", "ticker symbol", "instrument symbol", "ticker-symbol",
        "kürzel", "symbole", "símbolo", "simbolo", "stock", "asset", "security symbol",
    ),
    "isin": ("isin", "instrument isin", "identifier", "isin code", "isin-kod", "code isin"),
    "name": (
        "name", "security name", "description", "instrument", "product", "holding name",
        "security", "company", "wertpapiername", "wertpapier", "bezeichnung", "titel", "produkt",
        "libellé", "valeur", "producto", "nombre", "prodotto", "titolo", "produto",
        "värdepapper", "verdipapir",
    ),
    "quantity": (
        "quantity", "shares", "units", "no. of shares", "qty", "number of shares", "volume",
        "quantity transacted", "amount of shares", "stück", "anzahl", "menge", "stk", "nominale",
        "quantité", "nombre de titres", "cantidad", "títulos", "quantità", "quantidade",
        "aantal", "antal", "antall", "ilość", "määrä",
    ),
    "price": (
        "price", "unit price", "price per share", "price / share", "trade price", "share price",
        "purchase price", "price at transaction", "avg price", "execution price", "cost per share",
        "kurs", "preis", "stückpreis", "ausführungskurs", "cours", "prix", "prix unitaire",
        "precio", "prezzo", "preço", "koers", "prijs", "pris", "cena", "hinta",
    ),
    "gross": (
        "gross amount", "trade money", "subtotal", "gross", "bruttobetrag", "brutto",
        "montant brut", "importe bruto", "importo lordo", "valor bruto", "brutobedrag",
    ),
    "net": (
        "net amount", "amount", "total", "total amount", "value", "net", "net cash", "proceeds",
        "total (inclusive of fees and/or spread)", "wert", "betrag", "nettobetrag", "gesamtbetrag",
        "montant", "montant net", "importe", "importe neto", "importo", "valor", "bedrag",
        "mutatie", "belopp", "beløp", "kwota", "summa",
    ),
    "fee": (
        "fee", "fees", "commission", "fees & comm", "ib commission", "costs", "brokerage",
        "fees and/or spread", "transaction fee", "gebühren", "gebühr", "provision", "spesen",
        "kosten", "frais", "commission ttc", "courtage", "comisión", "comisiones",
        "commissione", "commissioni", "comissão", "transactiekosten", "kurtage", "prowizja",
    ),
    "tax": (
        "tax", "taxes", "withholding tax", "steuern", "steuer", "quellensteuer", "impôts", "impôt",
        "taxe", "impuestos", "retención", "imposte", "ritenuta", "impostos", "belasting", "skatt",
    ),
    "currency": (
        "currency", "ccy", "currency primary", "transaction currency", "price currency",
        "currency (price / share)", "instrument currency", "währung", "buchungswährung",
        "transaktionswährung", "devise", "divisa", "moneda", "valuta", "moeda", "valuutta",
        "waluta",
    ),
    "account": (
        "account", "account id", "account name", "portfolio", "konto", "depot", "compte", "cuenta",
        "conto", "conta", "rekening",
    ),
    "note": (
        "note", "notes", "comment", "comments", "memo", "notiz", "kommentar", "bemerkung",
        "commentaire", "comentario", "nota", "opmerking",
    ),
    "reference": (
        "transaction id", "trade id", "order id", "id", "reference", "order #", "order number",
        "referenznummer", "auftragsnummer", "référence", "referencia", "order-id",
    ),
    "ratio": ("ratio", "split ratio", "split", "verhältnis", "bezugsverhältnis"),
    "fx_rate": ("fx rate", "exchange rate", "fxrate", "wechselkurs", "taux de change", "fx"),
}  # fmt: skip


def normalised(text: str) -> str:
    """Return a word without case, accents, signs and spaces: "Fees & Comm" is "feescomm"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())


_BY_WORD: Final = {normalised(word): field for field, words in FIELDS.items() for word in words}


def known(header: str) -> bool:
    """Say whether a cell is a known header."""
    return normalised(header) in _BY_WORD


def fields(header: Iterable[str]) -> dict[str, int]:
    """Return the column of each field: its earliest synonym wins, then the leftmost column."""
    places: dict[str, int] = {}
    ranks: dict[str, int] = {}
    for place, cell in enumerate(header):
        word = normalised(cell)
        field = _BY_WORD.get(word)
        if field is None:
            continue
        rank = [normalised(synonym) for synonym in FIELDS[field]].index(word)
        if field not in places or rank < ranks[field]:
            places[field], ranks[field] = place, rank
    return places
