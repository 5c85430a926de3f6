"""Every knob of a running planner: one frozen value, read once from the command line.

Each option is also an environment variable `PORTFOLIO_…`; `portfolio.commands.options` reads
both, nobody else reads the environment.
"""

import ipaddress
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import override

DATABASE_FILE: Final = "planner.db"
PORT_MAX: Final = 65535


class SettingsError(Exception):
    """The settings do not fit together; the message says what to change."""


class Address(BaseModel):
    """A host and a port to listen on."""

    model_config = ConfigDict(frozen=True)

    host: str
    port: int = Field(ge=0, le=PORT_MAX)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `HOST:PORT`, `[IPv6]:PORT` or a port alone, which is on loopback.

        Raises:
            ValueError: it is none of these.
        """
        host, _, port = text.rpartition(":")
        if not (port.isascii() and port.isdigit() and int(port) <= PORT_MAX):
            raise ValueError(f"{text!r} is not HOST:PORT, such as 127.0.0.1:8000")
        return cls(host=host.strip("[]") or "127.0.0.1", port=int(port))

    @override
    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """True when only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class Settings(BaseModel):
    """How one planner runs."""

    model_config = ConfigDict(frozen=True)

    home: Path = Field(description="folder of keys and data")
    app: Address = Field(description="where page and API listen")
    federation: Address = Field(description="where friends' planners reach this one")
    public_urls: tuple[str, ...] = Field(default=(), description="URLs that friends are told")
    directories: tuple[str, ...] = Field(default=(), description="directories to be found by")
    lan: bool = Field(default=True, description="look for friends on the local network")
    lan_interfaces: tuple[str, ...] = Field(default=(), description="only on these addresses")
    lan_service: str = Field(default="", description="service type instead of the usual one")
    solo: bool = Field(default=False, description="no friends: no listener, LAN or directory")
    database: str = Field(default="", description="database URL; empty: SQLite in the home")
    allowed_hosts: tuple[str, ...] = Field(default=(), description="further names of the app")
    tls_certificate: Path | None = Field(default=None, description="TLS certificate of the app")
    tls_key: Path | None = Field(default=None, description="its private key")
    yahoo_url: str = Field(default="", description="where Yahoo Finance is asked, if not there")
    ecb_url: str = Field(default="", description="where the ECB is asked, if not there")
    insecure_http: bool = Field(default=False, description="plain http beyond this machine")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise SettingsError("--tls-certificate and --tls-key go together: give both or none")
        if not self.app.is_loopback and self.tls_certificate is None and not self.insecure_http:
            raise SettingsError(
                f"--app {self.app} can be reached from other machines, so it needs TLS: give "
                "--tls-certificate and --tls-key, or listen on 127.0.0.1 behind a proxy, or add "
                "--insecure-http if you know that nobody can listen in"
            )
        if self.app == self.federation and self.app.port != 0 and not self.solo:
            raise SettingsError(f"--app and --federation are both {self.app}: they need two ports")
        return self

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the database."""
        return self.database or f"sqlite:///{self.home / DATABASE_FILE}"

    @property
    def app_url(self) -> str:
        """The URL of the page, as this machine's browser opens it."""
        scheme = "http" if self.tls_certificate is None else "https"
        return f"{scheme}://{reachable(self.app)}"


def reachable(address: Address) -> str:
    """Return an address that one can connect to: loopback for one on every interface."""
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, never bound
    return str(Address(host=anywhere.get(address.host, address.host), port=address.port))
