"""Errors of federation.

FederationError
├── LocalProtocolError      our side asked for something the protocol does not allow
├── RemoteProtocolError     the other side broke the protocol; `reason` is a wire word
│   ├── MalformedError      bytes that are not canonical, not of the schema, or over a limit
│   ├── UnauthenticError    a proof, signature or MAC that does not verify
│   └── RefusedError        authentic, yet not allowed
└── DeliveryError           the other side could not be reached or did not answer in time
"""


class FederationError(Exception):
    """Root of all errors raised by federation."""


class LocalProtocolError(FederationError):
    """This node asked for something that the protocol does not allow."""


class RemoteProtocolError(FederationError):
    """The other side broke the protocol; `reason` is the word that goes on the wire."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class MalformedError(RemoteProtocolError):
    """Bytes that are not canonical, not of the schema, or over a limit."""


class UnauthenticError(RemoteProtocolError):
    """A proof, signature or MAC that does not verify, or a signer that is not known."""


class RefusedError(RemoteProtocolError):
    """Authentic, yet not allowed to its author."""


class DeliveryError(FederationError):
    """The other side could not be reached or did not answer in time."""
