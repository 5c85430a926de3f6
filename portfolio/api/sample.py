"""The sample portfolio: put in to look around, removed without a trace."""

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.fields import In, Out
from portfolio.api.op import op
from portfolio.services import sample
from portfolio.services.sample import Loaded, Person


class SampleIn(In):
    """Whose sample to put in, and whether their ideas come along."""

    person: Person = "alice"
    ideas: bool = True


class Sample(Out):
    """What of the sample is here. It stands still: all figures are taken to `as_of`."""

    loaded: bool
    as_of: str
    positions: int
    transactions: int


@op("GET", "/sample")
async def read_sample(context: Context) -> Sample:
    """Read whether the sample is here."""
    return _sample(await context.read(sample.state))


@op("POST", "/sample", errors=("conflict",))
async def load_sample(context: Context, body: SampleIn) -> Created[Sample]:
    """Put the sample in. It is never shared with anybody."""

    def work(tx: Tx) -> Created[Sample]:
        loaded = sample.load(context.planner, tx, body.person, with_ideas=body.ideas)
        return Created(_sample(loaded), "/sample")

    return await context.write(work)


@op("DELETE", "/sample")
async def delete_sample(context: Context) -> None:
    """Take out exactly what was put in."""
    await context.write(lambda tx: sample.remove(context.planner, tx))


def _sample(found: Loaded) -> Sample:
    return Sample(
        loaded=bool(found.positions or found.transactions),
        as_of=found.as_of.isoformat(),
        positions=found.positions,
        transactions=found.transactions,
    )


ROUTES = (read_sample, load_sample, delete_sample)
