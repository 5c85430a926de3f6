"""Errors of keys.

KeysError
├── NotCanonicalError        bytes or a value outside canonical JSON (RFC 8785, RFC 7493)
├── BadKeyError              text or bytes that are no Ed25519 public key of ours
│   └── WeakKeyError         a key that must never be trusted: small order, or published
├── BadSignatureError        a signature that does not verify, or is not of its form
│   ├── BadProofError        ... in a Data Integrity proof (FEP-8b32)
│   ├── BadHttpSignatureError ... on an HTTP message (RFC 9421, RFC 9530)
│   │   ├── StaleSignatureError   made too long ago, or in our future
│   │   └── WrongRecipientError   a good call, meant for another planner
│   └── BadMacError          ... a message authentication code
├── BadRecordError           an identity record outside its schema
├── BadWordsError            recovery words that are not 24 words of the list with their checksum
├── MisuseError              our own side asked for something that must not be signed
└── KeystoreError            the private key at rest
    ├── NoKeyError           there is none
    ├── KeyExistsError       there is one already
    ├── WrongPassphraseError it does not open with this passphrase
    ├── UnsafeFileError      others may read it, or it is not a plain file of ours
    ├── DamagedKeyError      it is not of its form, or asks for more work than is allowed
    └── HomeLockedError      another process serves this home
"""


class KeysError(Exception):
    """Root of all errors raised by keys."""


class NotCanonicalError(KeysError):
    """Bytes or a value outside canonical JSON."""


class BadKeyError(KeysError):
    """Text or bytes that are no Ed25519 public key of ours."""


class WeakKeyError(BadKeyError):
    """A key that must never be trusted: of small order, off the curve, or published."""


class BadSignatureError(KeysError):
    """A signature that does not verify, or is not of its form."""


class BadProofError(BadSignatureError):
    """A Data Integrity proof that does not verify, or is not of its form."""


class BadHttpSignatureError(BadSignatureError):
    """An HTTP message signature or digest that does not verify, or is not of its form."""


class StaleSignatureError(BadHttpSignatureError):
    """A signature made too long ago, or in our future; one of the two clocks is off."""


class WrongRecipientError(BadHttpSignatureError):
    """A good call that was meant for another planner."""


class BadMacError(BadSignatureError):
    """A message authentication code that does not match."""


class BadRecordError(KeysError):
    """An identity record outside its schema."""


class BadWordsError(KeysError):
    """Recovery words that are not 24 words of the list with their checksum."""


class MisuseError(KeysError):
    """Our own side asked for something that must not be signed."""


class KeystoreError(KeysError):
    """The private key at rest could not be read or written."""


class NoKeyError(KeystoreError):
    """This home holds no key."""


class KeyExistsError(KeystoreError):
    """This home holds a key already; it is never overwritten."""


class WrongPassphraseError(KeystoreError):
    """The key does not open with this passphrase."""


class UnsafeFileError(KeystoreError):
    """Others may read the key file, or it is not a plain file of ours."""


class DamagedKeyError(KeystoreError):
    """The key file is not of its form, or asks for more work than is allowed."""


class HomeLockedError(KeystoreError):
    """Another process serves this home."""


class SealedFileError(KeysError):
    """A sealed file is not of its form, was cut off, or was changed."""
