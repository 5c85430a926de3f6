"""DEGIRO, XTB, Saxo, eToro, Vanguard UK and Sharesight: invented rows in their real forms."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from portfolio import importers
from portfolio.domain import cash
from portfolio.domain.transactions import Transaction
from portfolio.importers import Document, Options

DEGIRO_ACCOUNT = "Datum,Tijd,Valutadatum,Product,ISIN,Omschrijving,FX,Mutatie,,Saldo,,Order Id\n"
DEGIRO_OLD = (
    "Date,Time,Product,ISIN,Reference exchange,Venue,Quantity,Price,,Local value,,Value,,"
    "Exchange rate,Transaction and/or third party fees,,Total,,Order ID\n"
)
DEGIRO_NEW = (
    "Datum,Uhrzeit,Produkt,ISIN,Referenzbörse,Ausführungsort,Anzahl,Kurs,,Wert in Lokalwährung,,"
    "Wert EUR,Wechselkurs,AutoFX-Gebühr,Transaktions- und/oder Drittgebühren EUR,Gesamt EUR,"
    "Order-ID,\n"
)
XTB = "ID;Type;Time;Symbol;Comment;Amount\n"
SAXO = (
    "Client ID,Trade Date,Value Date,Type,Instrument,Instrument ISIN,Instrument currency,"
    "Exchange Description,Instrument Symbol,Event,Amount,Order ID,Conversion Rate\n"
)
ETORO = (
    "Date,Type,Details,Amount,Units,Realized Equity Change,Realized Equity,Balance,Position ID,"
    "Asset type,NWA\n"
)
VANGUARD = "Date,Details,Amount,Balance\n"
SHARESIGHT = (
    "All Trades Report between 2019-01-01 and 2021-11-27,,,,,,,,,,,,\n\n"
    "Market,Code,Name,Type,Date,Quantity,Price *,Brokerage *,Currency,Exchange Rate,Value,,"
    "Comments\n"
)


def read(text: str, format_: str, **options: str) -> importers.Imported:
    result = importers.read(Document(text.encode()), Options(**options))  # type: ignore[arg-type]
    assert result.format == format_
    return result


def shown(rows: Iterable[importers.ImportedTransaction]) -> list[str]:
    """Kind, units, currency, and what it does to the account."""
    return [
        f"{row.kind} {row.quantity.normalize():f} {row.currency} {_effect(row).normalize():f}"
        for row in rows
    ]


def _effect(row: importers.ImportedTransaction) -> Decimal:
    return cash.effect(
        Transaction("x", row.kind, row.on, row.symbol or row.isin or "x", row.currency,
                    row.quantity, row.price, row.fee, row.tax, row.amount)
    )  # fmt: skip


def test_degiro_says_what_a_booking_is_in_its_description_in_many_languages() -> None:
    day = "15-12-2022,16:55,15-12-2022"
    result = read(
        DEGIRO_ACCOUNT
        + f'{day},VICI,US9256521090,Valuta Creditering,"1,06",USD,"33,90",USD,"0,00",5925d76b-\n'
        + ",,,,,,,,,,,b017\n"
        + f'{day},VICI,US9256521090,Valuta Debitering,,EUR,"-31,91",EUR,"0,07",5925d76b-b017\n'
        + f'{day},VICI,US9256521090,DEGIRO Transactiekosten,,EUR,"-1,00",EUR,"1,0",5925d76b-b017\n'
        + f'{day},VICI,US9256521090,"Koop 1 @ 33,9 USD",,USD,"-33,90",USD,"-3",5925d76b-b017\n'
        + f'{day},QT,FI4000198031,Frais DEGIRO de courtage,,EUR,"-4,90",EUR,"1,0",o2\n'
        + f'{day},QT,FI4000198031,"Achat 1.500 QT@7,996 EUR (FI40)",,EUR,"-11994,00",EUR,"1",o2\n'
        + f'{day},AVIVA,GB00BPQY8M80,Sell 4 AVIVA@496 GBX (GB00),,GBP,"19,84",GBP,"1",o3\n'
        + f'{day},KO,US1912161007,Dividende,,USD,"0,44",USD,"1,36",\n'
        + f'{day},KO,US1912161007,Impôts sur dividende,,USD,"-0,07",USD,"0,92",\n'
        + f'{day},,,flatex terugstorting,,EUR,"-15,10",EUR,1,\n'
        + f'{day},,,Processed Flatex Withdrawal,,EUR,"15,10",EUR,1,\n'
        + f'{day},,,Ingreso,,EUR,"25,00",EUR,1,\n'
        + f'{day},,,Flatex Interest Expense,,EUR,"-0,50",EUR,1,\n',
        "degiro-account",
    )

    assert result.rejected == ()
    assert shown(result.transactions) == [
        "deposit 0 USD 33.9", "withdrawal 0 EUR -31.91", "fee 0 EUR -1", "buy 1 USD -33.9",
        "buy 1500 EUR -11998.9", "sell 4 GBP 19.84", "dividend 0 USD 0.44", "tax 0 USD -0.07",
        "withdrawal 0 EUR -15.1", "deposit 0 EUR 25", "fee 0 EUR -0.5",
    ]  # fmt: skip
    assert {row.reference for row in result.transactions[:4]} == {"5925d76b-b017"}
    assert [row.line for row in result.skipped] == [13]


@pytest.mark.parametrize(
    ("booking", "column"),
    [
        ('"Koop 30 @ 22,4 EUR",,EUR,"-9999,99"', "Omschrijving"),
        ('"Koop 2 @ 5 EUR",,EUR,"10"', "Mutatie"),
        ('"Koop 2 @ 5 EUR",,USD,"-10"', "Omschrijving"),
        ('"SPLIT: Koop 2 @ 5 EUR",,EUR,"-10"', "Omschrijving"),
        ('Geschenk,,EUR,"10"', "Omschrijving"),
        ('Dividend,,EUR,""', "Mutatie"),
        ('Dividend,,EUR,"ten"', ""),
        ('Dividend,,euro,"1,10"', "currency"),
    ],
)
def test_a_booking_of_degiro_that_is_not_understood_is_rejected(booking: str, column: str) -> None:
    result = read(
        f"{DEGIRO_ACCOUNT}15-12-2022,16:55,15-12-2022,A,US9256521090,{booking},EUR,1,o\n",
        "degiro-account",
    )

    assert result.transactions == ()
    assert [row.column for row in result.rejected] == [column]


def test_degiro_s_transactions_of_both_generations_keep_costs_in_their_currency() -> None:
    old = read(
        DEGIRO_OLD
        + "15-12-2022,16:55,VICI,US9256521090,NSY,XNYS,2,33.95,USD,-67.90,USD,-63.91,EUR,1.0624,"
        + "-1.00,EUR,-64.91,EUR,5925d76b-eb36\n"
        + "16-12-2022,16:55,SAP,DE0007164600,XET,XETA,-3,100,EUR,300,EUR,300,EUR,,-2,EUR,298,EUR,"
        + "5925d76b-eb37\n"
        + "17-12-2022,16:55,SAP,DE0007164600,XET,XETA,,100,EUR,300,EUR,300,EUR,,-2,EUR,298,EUR,\n",
        "degiro-transactions",
    )
    new = read(
        DEGIRO_NEW
        + '15-12-2022,16:55,VICI,US9256521090,NSY,XNYS,2,"33,9500",USD,"-67,90",USD,"-63,91",'
        + '"1,0624","-0,16","-1,00","-65,07",5925d76b-eb36,\n',
        "degiro-transactions",
    )

    assert shown(old.transactions) == ["buy 2 USD -67.9", "fee 0 EUR -1", "sell 3 EUR 298"]
    assert shown(new.transactions) == ["buy 2 USD -67.9", "fee 0 EUR -1.16"]
    assert [(row.settled, row.settled_currency) for row in (old.transactions[0],
            new.transactions[0])] == [(Decimal("63.91"), "EUR")] * 2  # fmt: skip
    assert [row.column for row in old.rejected] == ["Quantity"]


def test_xtb_hides_trades_in_comments_and_asks_for_the_currency_of_the_account() -> None:
    text = (
        XTB
        + "1;Stocks/ETF purchase;12.04.2024 13:01;SPYL.DE;OPEN BUY 34/42.5658 @ 11.7480;-399.43\n"
        + "2;Ações/ETF compra;25.07.2023 20:56:07;GOOGL.US;OPEN BUY 1 @ 122.34;-111.25\n"
        + "3;Stocks/ETF sale;02.04.2024 11:42:37;ZAL.DE;CLOSE BUY 1 @ 26.280;26.28\n"
        + "4;Deposit;12.04.2024 13:00:22;;bank deposit, id=1;500\n"
        + "5;Dividend;12.07.2024 11:00:27;SPYL.DE;SPYL.DE USD 0.6600/ SHR;1.21\n"
        + "6;Withholding tax;12.07.2024 11:00:27;SPYL.DE;SPYL.DE USD WHT 15%;-0.33\n"
        + "7;Profit/Loss (FX/CFD);22.07.2022 01:35:43;GBPUSD;Profit of position;0.13\n"
        + "8;Stocks/ETF sale;02.04.2024 11:42:37;ZAL.DE;CLOSE BUY 1 @ 26.280;-26.28\n"
        + "9;Free funds interests;010.09.2024 20:49:02;;Corr;-0.5\n"
    )

    assert importers.needs(Document(text.encode())).what == "currency"
    assert importers.read(Document(text.encode())).transactions == ()
    result = read(text, "xtb", currency="EUR")
    assert shown(result.transactions) == [
        "buy 34 EUR -399.43", "buy 1 EUR -111.25", "sell 1 EUR 26.28", "deposit 0 EUR 500",
        "dividend 0 EUR 1.21", "tax 0 EUR -0.33",
    ]  # fmt: skip
    assert [f"{row.price}" for row in result.transactions[:3]] == ["11.7480", "0", "26.280"]
    assert [row.column for row in result.rejected] == ["Type", "Amount", "Time"]


def test_saxo_s_events_are_trades_with_what_they_cost_and_foreign_amounts_are_asked_for() -> None:
    text = (
        SAXO
        + ",30-Dec-2024,31-Dec-2024,Trade,NVIDIA,US67066G1040,USD,NASDAQ,NVDA:xnas,"
        + 'Buy 3 @ 134.85 USD,"-405,55",,1\n'
        + ",16-jan-2025,20-jan-2025,Transactie,VUSA,IE00B3XXRP09,EUR,AMS,VUSA:xams,"
        + "Verkoop 1.5 @ 110 EUR,163,,1\n"
        + ",02-Jan-2025,02-Jan-2025,Cash amount,,,USD,,,Custody Fee,-3.91,,1\n"
        + ",02-Jan-2025,02-Jan-2025,Cash Transfer,,,USD,,,Deposit,500,,1\n"
        + ",02-Apr-2025,02-Apr-2025,Corporate action,VWRL,IE00B3RBWM25,USD,AMS,VWRL:xams,"
        + "Dividend,1.83,,0.9214\n"
        + ",02-Apr-2025,02-Apr-2025,Corporate action,VWRL,IE00B3RBWM25,USD,AMS,VWRL:xams,"
        + "Gift,1.83,,1\n"
        + ",02-Apr-2025,02-Apr-2025,Trade,V,IE00B3XXRP09,EUR,AMS,V,Koop 1.5 @ 110 EUR,-110,,1\n"
    )
    known = ["buy 3 USD -405.55", "sell 1.5 EUR 163", "fee 0 USD -3.91", "deposit 0 USD 500"]

    assert importers.needs(Document(text.encode())).what == "currency"
    result = read(text, "saxo")
    assert shown(result.transactions) == known
    assert [f"{row.fee}" for row in result.transactions[:2]] == ["1.00", "2.0"]
    assert [row.text for row in result.rejected] == ["0.9214", "Gift", "-110"]
    decided = read(text, "saxo", currency="EUR")
    assert shown(decided.transactions) == [*known, "dividend 0 EUR 1.83"]


def test_etoro_is_in_the_currency_of_the_account_whatever_the_listing() -> None:
    text = (
        ETORO
        + '09/01/2024 15:37:16,Open Position,AMD/USD,49.88,0.337209,0,"4,581.91",0,1,Stocks,0\n'
        + "16/01/2024 20:08:09,Position closed,AMD/EUR, 61.27 ,0.388423,38.57,1,0.8,2,Stocks,0\n"
        + "02/01/2024 00:10:33,Dividend,NKE/USD,0.17,-,0.17,1,99.6,3,Stocks,0\n"
        + "03/01/2024 13:09:09,Withdraw Fee,-,0.00,-,0.00,1,100.11,-,,0\n"
        + "03/01/2024 13:09:09,Withdraw Request,-,-100.11,-,-100.11,1,0.00,-,,0\n"
        + "10/07/2025 15:15:01,SDRT,HNKE/USD,(6.97),-,(6.97),1,0,4,Stocks,0\n"
        + '14/04/2020 14:00:25,Open Position,NKE/USD," 100,00 ",0.398451,0,1,1,5,CFD,0\n'
        + "14/04/2020 14:00:25,Copy,NKE/USD,100,0.398451,0,1,1,6,Stocks,0\n"
    )

    assert importers.needs(Document(text.encode())).what == "currency"
    result = read(text, "etoro", currency="USD")
    assert shown(result.transactions) == [
        "buy 0.337209 USD -49.88", "sell 0.388423 USD 61.27", "dividend 0 USD 0.17",
        "withdrawal 0 USD -100.11", "tax 0 USD -6.97",
    ]  # fmt: skip
    assert [row.text for row in result.rejected] == ["Open Position", "Copy"]
    assert [row.reason for row in result.skipped] == ["A fee of nothing"]


def test_vanguard_uk_says_everything_in_its_details() -> None:
    result = read(
        VANGUARD
        + "08/03/2022,Deposit for investment purchases,15000,15000\n"
        + '09/03/2022,"Bought 1,550 Foo ETF Distributing (FOO)",-14982.06,17.94\n'
        + "17/07/2022,Sold 1 Bar ETF - Accumulating (BAR),104.06,536.91\n"
        + "29/07/2022,DIV: FOO.XLON.GB @ GBP 0.3106,170.83,693.83\n"
        + "29/07/2022,Reversal of DIV: FOO.XLON.GB @ GBP 0.3106,-170.83,523\n"
        + "23/08/2022,Payment by Faster - One-off withdrawal Faster,-270.24,423.59\n"
        + "02/10/2022,Bought .9232 U.S. Equity Index Fund,-400,23.59\n"
        + "02/10/2022,Bought 2 Foo (FOO),400,23.59\n"
        + "02/10/2022,Gift,400,23.59\n",
        "vanguard-uk",
    )

    assert shown(result.transactions) == [
        "deposit 0 GBP 15000", "buy 1550 GBP -14982.06", "sell 1 GBP 104.06",
        "withdrawal 0 GBP -270.24", "buy 0.9232 GBP -400",
    ]  # fmt: skip
    assert [row.line for row in result.skipped] == [5, 6]
    assert [row.text for row in result.rejected] == ["400", "Gift"]
    bank = "Date,Details,Amount,Balance\n01/02/2022,Supermarket,-5,5\n"
    assert importers.read(Document(bank.encode())).format == "generic"


def test_sharesight_asks_for_the_order_of_days_and_refuses_coins_as_currencies() -> None:
    text = (
        SHARESIGHT
        + "NASDAQ,FOO,FOO Inc,Buy,01/09/2020,10,250,0,USD,1.3,1923.08,All Trades,Stock\n"
        + "NASDAQ,FOO,FOO Inc,Sell,01/11/2020,-5,300,5,USD,1.4,-1067.86,All Trades,\n"
        + "FX,ETH,Ethereum,Buy,01/08/2019,1,1,0,ETH,0.0005,1819.82,All Trades,\n"
        + "NASDAQ,FOO,FOO Inc,Split,01/12/2020,5,0,0,USD,1.4,0,All Trades,\n"
        + "\n* Prices and brokerage are specified in market currency.,,,,,,,,,,,,\n"
    )

    assert importers.needs(Document(text.encode())).what == "date_order"
    result = read(text, "sharesight", date_order="dmy")
    assert shown(result.transactions) == ["buy 10 USD -2500", "sell 5 USD 1495"]
    assert [f"{row.on}" for row in result.transactions] == ["2020-09-01", "2020-11-01"]
    assert [row.text for row in result.rejected] == ["ETH", "Split"]
    assert [row.reason for row in result.skipped] == ["A remark, no record"]
