"""TLS between planners: a self-signed certificate, known by the hash of its public key.

Nobody vouches for a planner's certificate; its key is named in the endpoint record, the actor
and the invite, as the digest of its SubjectPublicKeyInfo (RFC 7469 §2.4 hashes the same bytes).
So a renewed certificate with the same key changes nothing. The key is P-256, because browsers
refuse Ed25519 certificates; the protocol is TLS 1.3 (RFC 8446) only.
"""

import contextlib
import datetime as dt
import os
import ssl
import tempfile
from asyncio import Transport
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PublicFormat
from cryptography.x509.oid import NameOID
from typing_extensions import override

from federation.errors import LocalProtocolError
from keys.multiformats import decode_base64url, digest, is_digest

CERTIFICATE_FILE: Final = "tls.crt"
PRIVATE_KEY_FILE: Final = "tls.key"
VALID_DAYS: Final = 20 * 365  # the pin decides, not the calendar
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
    certificate, private_key = home / CERTIFICATE_FILE, home / PRIVATE_KEY_FILE
    if not (certificate.exists() and private_key.exists()):
        _make(certificate, private_key, now)
    try:
        der = x509.load_pem_x509_certificate(certificate.read_bytes()).public_bytes(Encoding.DER)
    except ValueError as error:
        raise LocalProtocolError(f"{certificate.name} is no certificate") from error
    return TlsIdentity(certificate, private_key, pin_of(der))


def pin_of(certificate_der: bytes) -> str:
    """Return the pin of a certificate: the digest of its SubjectPublicKeyInfo.

    Raises:
        ValueError: These bytes are no X.509 certificate.
    """
    key = x509.load_der_x509_certificate(certificate_der).public_key()
    return digest(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


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
        got = pin_of(tls.getpeercert(binary_form=True))
        if got != self.pin or tls.version() != TLS_VERSION:
            host, port, *_ = transport.get_extra_info("peername")
            raise aiohttp.ServerFingerprintMismatch(
                self.fingerprint, got.encode(), str(host), int(port)
            )


def _make(certificate: Path, private_key: Path, now: dt.datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "planner")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, NoEncryption())
    _write(private_key, pem)
    _write(certificate, signed.public_bytes(Encoding.PEM))


def _write(path: Path, data: bytes) -> None:
    """Write a file of the owner's alone, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
