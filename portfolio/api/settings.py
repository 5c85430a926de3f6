"""How the person likes this planner."""

from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from federation.writer import Tx
from portfolio.api.context import Context
from portfolio.api.fields import In, Out
from portfolio.api.op import op
from portfolio.api.shell import SHELL
from portfolio.services import profile, undo
from portfolio.services.profile import Colour, Preferences, Theme, Visibility

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(examples=["USD"])]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]

Near = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]?)(\.[0-9]{1,4})?$")]

Provider = Literal["yahoo"]


class Settings(Out):
    """All settings."""

    visibility: Visibility = Field(description="who may find me through the directory")
    nearby: bool = Field(description="whether people on the same network may find me")
    through_owner: bool = Field(
        description="whether others with whom a friend shares the same things reach me through "
        "that friend only, and are not told my address"
    )
    currency: str
    language: str
    theme: Theme
    colour: Colour = Field(description="of my name on this planner's page")
    welcomed: bool = Field(description="whether the first steps are done")
    checklist: bool = Field(description="whether the list of things to try is shown")
    alerts: bool = Field(description="whether prices near a level of an idea are told")
    alert_percent: str = Field(description="how near that is, in percent of the price")
    price_provider: Provider | None = Field(description="who is asked for prices; null: nobody")
    price_hours: int = Field(description="how often each instrument is asked for")
    rates_refresh: bool = Field(description="whether the ECB is asked for rates once a day")


class SettingsPatch(In):
    """What to change (RFC 7396); null puts the default back."""

    visibility: Visibility | None = None
    nearby: bool | None = None
    through_owner: bool | None = None
    currency: Currency | None = None
    language: Language | None = None
    theme: Theme | None = None
    colour: Colour | None = None
    welcomed: bool | None = None
    checklist: bool | None = None
    alerts: bool | None = None
    alert_percent: Near | None = None
    price_provider: Provider | None = None
    price_hours: Annotated[int, Field(ge=1, le=168)] | None = None
    rates_refresh: bool | None = None


@op("GET", "/settings", etag=True)
async def read_settings(context: Context) -> Settings:
    """Read all settings."""
    found = await context.read(profile.read_preferences)
    return _settings(found.at(context.planner.clock()))


@op("PATCH", "/settings", etag=True)
async def change_settings(context: Context, body: SettingsPatch) -> Settings:
    """Change some settings."""
    usual = Preferences()
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    changes = {n: getattr(usual, n) if value is None else value for n, value in sent.items()}

    def work(tx: Tx) -> tuple[Preferences, Settings]:
        context.if_match(_settings(profile.read_preferences(tx.conn).at(tx.now)))
        before = profile.read_preferences(tx.conn)
        changed = profile.change_preferences(tx, changes)
        undo.note_settings(context.planner, tx, before, changes)
        return changed, _settings(changed.at(tx.now))

    changed, answer = await context.write(work)
    context.request.app[SHELL].preferences_changed(changed)
    context.planner.price_desk.awake.set()
    return answer


def _settings(found: Preferences) -> Settings:
    shown = asdict(found)
    del shown["nearby_until"]
    return Settings.model_validate(shown)


ROUTES = (read_settings, change_settings)
