"""Hello: the first call to a planner, and the sign of life of one that is back (PROTOCOL §6).

    POST /pp/1/hello
    {"nonce", "name", "identity": {…}, "endpoint"?: {…}, "contact"?: {…}, "docs": {doc: digest}}
    200
    {"hello": {"by", "person", "to", "nonce", "name", "spki"?, "identity": {…}, "sig"},
     "endpoint"?, "contact"?, "docs"}

The signed part binds the answer to this call (`nonce`), to the caller's key (`to`) and to the
TLS key it came over (`spki`): nobody in between can pass it on as their own. Digests of the
heads of common documents show both sides at once what the other lacks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from federation.errors import MalformedError, UnauthenticError
from federation.log.kinds import Json
from federation.log.log import Sender
from federation.net.calls import (
    Call,
    CallError,
    Desk,
    introduced,
    not_found,
    parse_identity,
    refuse_former,
)
from federation.net.circle import Circle
from federation.net.client import OK, Address, Answered, Callee, Outcome
from federation.net.intake import Intake, as_record
from federation.wire import CALL_TIMEOUT_S, HELLO_PATH, limit
from federation.writer import Tx
from keys.canonical import jcs
from keys.errors import KeysError
from keys.identity import IdentityRecord
from keys.multiformats import encode_base64url
from keys.purposes import sign_value, verify_value

NONCE_BYTES: Final = 16
NONCE_CHARS_MAX: Final = 64


class OtherDeviceError(UnauthenticError):
    """The person who was called answered, with another device of theirs."""

    def __init__(self, greeting: "Greeting") -> None:
        super().__init__("device", "another device of that person")
        self.greeting = greeting


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a verified hello says of the other side."""

    person: str
    device: str
    name: str
    identity: IdentityRecord = field(repr=False)
    records: tuple[Json, ...] = field(repr=False)
    docs: Mapping[str, str] = field(repr=False)


class Greeter:
    """Says hello and answers it."""

    def __init__(self, circle: Circle, desk: Desk, intake: Intake) -> None:
        self._circle = circle
        self._desk = desk
        self._intake = intake
        self.nearby_until_s = 0.0

    async def greet(
        self, address: Address, callee: Callee, timeout_s: float = CALL_TIMEOUT_S
    ) -> Greeting | Outcome:
        """Say hello; return who answered, or the outcome when nobody did as themselves.

        Raises:
            OtherDeviceError: The person who was called answered, with another device.
            UnauthenticError: Something answered that is not who was called.
            MalformedError: It answered something else.
        """
        nonce = encode_base64url(self._circle.entropy(NONCE_BYTES))
        about = self._about_me(callee.person)
        body = jcs({"nonce": nonce, "name": self._circle.name(), "identity": self._me(), **about})
        outcome = await self._circle.client.call(
            address, callee, HELLO_PATH, body, timeout_s=timeout_s
        )
        if not isinstance(outcome, Answered):
            return outcome
        if outcome.status != OK:
            await self._superseded(outcome)
            return outcome
        caller = self._circle.me.device.multibase
        return check_hello(outcome.json(), nonce, caller, address, callee)

    def answer(self, call: Call) -> tuple[dict[str, Any], Greeting]:
        """Return the answer to a caller's hello, and what that says.

        Raises:
            CallError: 400, 401, 429, or 404 for strangers outside nearby mode.
        """
        value = call.value()
        identity = introduced(value.get("identity"), call.device)
        refuse_former(self._circle.roster.listings.get(identity.did), identity, call.device)
        if not self._circle.roster.is_known(identity.did):
            self._desk.admit_stranger(call)
            if not (self._is_open() or self._circle.friendships.recovery.is_on()):
                raise not_found()
        nonce = value.get("nonce")
        if not isinstance(nonce, str) or len(nonce) > NONCE_CHARS_MAX:
            raise CallError(400, "schema")
        try:
            greeting = _greeting(value, identity, call.device, value.get("name"))
        except MalformedError as error:
            raise CallError(400, "schema") from error
        hello: dict[str, Any] = {
            "by": self._circle.me.device.multibase,
            "person": self._circle.me.did,
            "to": call.device,
            "nonce": nonce,
            "name": self._circle.name(),
            "identity": self._me(),
        }
        if self._circle.pin is not None:
            hello["spki"] = self._circle.pin
        signed = sign_value(self._circle.me.device, "hello", hello)
        return {"hello": signed, **self._about_me(identity.did)}, greeting

    async def keep(self, greeting: Greeting) -> None:
        """Store what a hello carries and is newer than what is known of a known person."""
        roster = self._circle.roster
        if not roster.is_known(greeting.person):
            return
        held = roster.listings.get(greeting.person)
        news = [value for value in greeting.records if not roster.holds(value)]
        if news or held is None or held.number < greeting.identity.number:
            sender = Sender(greeting.person, greeting.device, friend=False)

            def store(tx: Tx) -> None:
                self._intake.identity(tx, greeting.identity)
                self._intake.take(tx, news, sender)

            await self._circle.writer.run(store)

    def _is_open(self) -> bool:
        return self._circle.monotonic() < self.nearby_until_s

    async def _superseded(self, refusal: Answered) -> None:
        """Take in a newer identity record of my own that somebody refuses me with."""
        try:
            newest = parse_identity(refusal.json().get("identity"))
        except (MalformedError, UnauthenticError):
            return
        mine = self._circle.me.identity
        if newest.did == mine.did and newest.number > mine.number:
            await self._circle.writer.run(lambda tx: self._intake.identity(tx, newest))

    def _me(self) -> dict[str, Any]:
        return self._circle.me.identity.value

    def _about_me(self, person: str) -> dict[str, Any]:
        roster = self._circle.roster
        about: dict[str, Any] = {"docs": roster.digests(person)}
        endpoint = self._circle.endpoint()
        if endpoint is not None:
            about["endpoint"] = endpoint
        card = roster.contacts.get(roster.me)
        if card is not None and roster.is_friend(person):
            about["contact"] = card
        return about


def check_hello(
    value: Mapping[str, Any], nonce: str, caller: str, address: Address, callee: Callee
) -> Greeting:
    """Return what the answer to a hello says, once it is of who was called.

    Args:
        value: The answer.
        nonce: Of the hello.
        caller: The device that said it.
        address: Where it was said.
        callee: Who was called.

    Raises:
        OtherDeviceError: The person who was called answered, with another device.
        UnauthenticError: Something answered that is not who was called.
        MalformedError: It answered something else.
    """
    hello = value.get("hello")
    if not isinstance(hello, dict):
        raise MalformedError("schema", "no hello")
    try:
        verify_value("hello", hello)
    except KeysError as error:
        raise UnauthenticError("hello", str(error)) from error
    identity = parse_identity(hello.get("identity"))
    if (hello["to"], hello["nonce"]) != (caller, nonce):
        raise UnauthenticError("hello", "an answer to another call")
    if address.pin is not None and hello.get("spki", address.pin) != address.pin:
        raise UnauthenticError("hello", "passed on by another planner")
    if hello["person"] != identity.did or hello["by"] not in identity.devices:
        raise UnauthenticError("hello", "the device is not that person's")
    if identity.did != callee.person:
        raise UnauthenticError("hello", "somebody else")
    greeting = _greeting(value, identity, hello["by"], hello.get("name"))
    if callee.device not in {None, hello["by"]}:
        raise OtherDeviceError(greeting)
    return greeting


def _greeting(
    value: Mapping[str, Any], identity: IdentityRecord, device: str, name: object
) -> Greeting:
    docs = value.get("docs", {})
    if not isinstance(docs, dict) or len(docs) > limit("common_documents"):
        raise MalformedError("schema", "docs is {document: digest}")
    carried = (as_record(value.get("endpoint")), as_record(value.get("contact")))
    return Greeting(
        person=identity.did,
        device=device,
        name=name[: limit("name")] if isinstance(name, str) else "",
        identity=identity,
        records=tuple(record for record in carried if record is not None),
        docs=docs,
    )
