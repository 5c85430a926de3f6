"""Certificates: made, written and read (X.509, RFC 5280).

Apart from `tls`, which loads this when a certificate is at hand: it brings 8 MiB of library, and
planners that listen on loopback, or with a proxy before them, have none.
"""

import contextlib
import datetime as dt
import os
import tempfile
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PublicFormat
from cryptography.x509.oid import NameOID

from keys.multiformats import digest

VALID_DAYS: Final = 20 * 365  # the pin decides, not the calendar


def pin_of(certificate_der: bytes) -> str:
    """Return the pin of a certificate: the digest of its SubjectPublicKeyInfo.

    Raises:
        ValueError: These bytes are no X.509 certificate.
    """
    key = x509.load_der_x509_certificate(certificate_der).public_key()
    return digest(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def der_of(pem: bytes) -> bytes:
    """Return the DER bytes of a PEM certificate.

    Raises:
        ValueError: It is none.
    """
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


def make(certificate: Path, private_key: Path, now: dt.datetime) -> None:
    """Make a self-signed certificate with its P-256 key, in two files of the owner's alone."""
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
