"""The planner: everything that a service or a handler may use, composed once in `app.py`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from federation.writer import Clock, Reader, Writer
from portfolio.services.books import Books
from portfolio.services.keepsakes import Keepsakes
from portfolio.services.price_desk import PriceDesk
from portfolio.services.pricebook import Prices
from portfolio.services.words import Attempts
from portfolio.services.worklist import Worklist

if TYPE_CHECKING:
    from federation.activitypub.stock import Stock
    from federation.log.author import Me
    from federation.log.log import Log
    from federation.net.friends import Friends


@dataclass(frozen=True, slots=True)
class Planner:
    """One person's planner. Services take it first, then a transaction or a connection."""

    me: "Me"
    log: "Log"
    friends: "Friends"
    writer: Writer
    reader: Reader
    clock: Clock
    entropy: Callable[[int], bytes]
    stock: "Stock | None" = None  # the way to guests; none where a planner has no network
    fetch_file: Callable[[str, str], Awaitable[bytes | None]] | None = None  # (document, digest)
    books: Books = field(default_factory=Books)
    attempts: Attempts = field(default_factory=Attempts)
    keepsakes: Keepsakes = field(default_factory=Keepsakes)
    worklist: Worklist = field(default_factory=Worklist)

    price_desk: PriceDesk = field(default_factory=PriceDesk)

    def __post_init__(self) -> None:
        """Let prices be read from the store."""
        self.books.prices.read_from(self.reader)

    @property
    def prices(self) -> Prices:
        """What is known of prices and rates."""
        return self.books.prices
