"""TLS between planners: a self-signed certificate, known by the hash of its public key.

Nobody vouches for a planner's certificate; its key is named in the endpoint record, the actor
and the invite, as the digest of its SubjectPublicKeyInfo (RFC 7469 §2.4 hashes the same bytes).
So a renewed certificate with the same key changes nothing. The key is P-256, because browsers
refuse Ed25519 certificates; the protocol is TLS 1.3 (RFC 8446) only.
"""

import datetime as dt
import ssl
from asyncio import Transport
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
from typing_extensions import override

from federation.errors import LocalProtocolError
from keys.multiformats import decode_base64url, is_digest

CERTIFICATE_FILE: Final = "tls.crt"
PRIVATE_KEY_FILE: Final = "tls.key"
TLS_VERSION: Final = "TLSv1.3"
_MULTIHASH_PREFIX_BYTES: Final = 2


@dataclass(frozen=True, slots=True)
class TlsIdentity:
    """A certificate with its key on disk, and the pin by which others know it."""

    certificate: Path
    private_key: Path
    pin: str

    def server_context(self) -> ssl.SSLContext:
        """Return the context of a listener: this certificate, TLS 1.3 only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.certificate, self.private_key)
        return context


def ensure_identity(home: Path, now: dt.datetime) -> TlsIdentity:
    """Return the certificate stored in `home`, made there first when there is none.

    Raises:
        LocalProtocolError: The files are there but are no certificate with its key.
    """
    from federation.net import certificates  # noqa: PLC0415 - loaded when there is one

    certificate, private_key = home / CERTIFICATE_FILE, home / PRIVATE_KEY_FILE
    if not (certificate.exists() and private_key.exists()):
        certificates.make(certificate, private_key, now)
    try:
        pin = certificates.pin_of(certificates.der_of(certificate.read_bytes()))
    except ValueError as error:
        raise LocalProtocolError(f"{certificate.name} is no certificate") from error
    return TlsIdentity(certificate, private_key, pin)


class KeyPin(aiohttp.Fingerprint):
    """Accept one server key, whatever certificate it stands in, over TLS 1.3 only."""

    def __init__(self, pin: str) -> None:
        if not is_digest(pin):
            raise LocalProtocolError("not the digest of a public key")
        super().__init__(decode_base64url(pin[1:])[_MULTIHASH_PREFIX_BYTES:])
        self.pin = pin

    @override
    def check(self, transport: Transport) -> None:
        """Compare the key of the connected server; called before the first byte is sent.

        Raises:
            aiohttp.ServerFingerprintMismatch: Another key, or an older TLS.
        """
        tls = transport.get_extra_info("ssl_object")
        if tls is None:
            return  # plain http has its own rule: the dialler refuses it off loopback
        got = _pin_of(tls.getpeercert(binary_form=True))
        if got != self.pin or tls.version() != TLS_VERSION:
            host, port, *_ = transport.get_extra_info("peername")
            raise aiohttp.ServerFingerprintMismatch(
                self.fingerprint, got.encode(), str(host), int(port)
            )


def _pin_of(certificate_der: bytes) -> str:
    from federation.net.certificates import pin_of  # noqa: PLC0415 - loaded when there is one

    return pin_of(certificate_der)
