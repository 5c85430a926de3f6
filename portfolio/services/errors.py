"""Errors of the services: a person asked for something that cannot be.

ServiceError
├── NotFoundError     there is no such thing, or it is none of the asker's business
├── NotAllowedError   it is seen, but the role does not allow the change
├── ConflictError     its present state does not allow this
├── GoneError         it was there once: used up, expired or taken back
└── TooManyError      a limit is reached
"""


class ServiceError(Exception):
    """Root of all errors of the services; the message is a sentence for a person."""


class NotFoundError(ServiceError):
    """There is no such thing, or it is none of the asker's business."""


class NotAllowedError(ServiceError):
    """It is seen, but the role does not allow the change."""


class ConflictError(ServiceError):
    """Its present state does not allow this."""


class GoneError(ServiceError):
    """It was there once: used up, expired or taken back."""


class TooManyError(ServiceError):
    """A limit is reached."""
