"""Prices that a person enters, and where else prices come from."""

from pydantic import Field

from federation.writer import Tx
from portfolio.api.context import Context
from portfolio.api.fields import DecimalText, In, Out
from portfolio.api.ideas import CurrencyCode
from portfolio.api.instruments import InstrumentId
from portfolio.api.op import op
from portfolio.api.positions import Day
from portfolio.domain.money import parse_decimal
from portfolio.domain.quotes import MANUAL
from portfolio.services import entered_prices, instruments
from portfolio.services.pricebook import WORDS


class PriceIn(In):
    """The price of one unit at the close of a day, as traded."""

    price: DecimalText
    currency: CurrencyCode | None = Field(
        default=None, description="left out: that of the instrument's other prices"
    )


class EnteredPrice(Out):
    """A price that was entered."""

    symbol: str
    date: str
    close: str
    currency: str
    source: str
    origin: str


@op("PUT", "/instruments/{id}/prices/{date}", errors=("rule",))
async def enter_price(
    context: Context,
    id: InstrumentId,  # noqa: A002 - as in the path
    date: Day,
    body: PriceIn,
) -> EnteredPrice:
    """Enter the price of a day, or another one in its place; it counts before other sources."""
    price = parse_decimal(body.price, field="price")

    def work(tx: Tx) -> EnteredPrice:
        symbol = instruments.get(context.planner, tx.conn, id).symbol
        made = entered_prices.enter(context.planner, tx, symbol, date, price, body.currency)
        return EnteredPrice(
            symbol=made.symbol,
            date=made.day,
            close=made.close,
            currency=made.currency,
            source=WORDS[MANUAL],
            origin=MANUAL,
        )

    return await context.write(work)


@op("DELETE", "/instruments/{id}/prices/{date}", errors=("rule",))
async def remove_price(
    context: Context,
    id: InstrumentId,  # noqa: A002 - as in the path
    date: Day,
) -> None:
    """Take the price of a day away that was entered or loaded from a file.

    What another source says of that day counts then. Prices of a provider, and those that come
    with the package, stay: another one can be entered in their place.
    """

    def work(tx: Tx) -> None:
        symbol = instruments.get(context.planner, tx.conn, id).symbol
        entered_prices.take_away(context.planner, tx, symbol, date)

    await context.write(work)


ROUTES = (enter_price, remove_price)
