"""How a command reaches the planner of a home: through its API while it runs, else its database.

Only the process that holds the lock of the home writes. While a planner holds it, a command
asks that planner over the address and with the secret of `control.json`, which only this user
can read.
"""

import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

import click

from portfolio.home import Control, read_control

TIMEOUT_S: Final = 10.0


def ask(
    home: Path, method: str, path: str, body: object = None, *, timeout: float = TIMEOUT_S
) -> Any:  # noqa: ANN401 - JSON
    """Call the API of the running planner; return its JSON answer, None where it has none.

    Raises:
        click.ClickException: it does not answer, or refuses.
    """
    reached = read_control(home)
    if reached is None:
        raise click.ClickException(
            f"Something holds {home}, but it is no planner that answers: wait a moment, or look "
            "for a stuck process with `portfolio doctor`."
        )
    request = urllib.request.Request(  # noqa: S310 - our own planner's URL
        f"{reached.url}/api/v1{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {reached.secret}",
            "Content-Type": "application/json",
        },
    )
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),  # a proxy of the environment is not for this machine
        urllib.request.HTTPSHandler(context=_trust(reached)),
    )
    try:
        with opener.open(request, timeout=timeout) as answer:
            said = answer.read()
            return json.loads(said) if said else None
    except urllib.error.HTTPError as error:
        raise click.ClickException(f"The planner refused: {_refusal(error)}") from None
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"The planner at {reached.url} does not answer: {error}"
        ) from None


def _refusal(error: urllib.error.HTTPError) -> str:
    """Return what a problem says (RFC 9457), else the status."""
    try:
        problem = json.load(error)
        said = problem.get("detail") or problem["title"]
    except (ValueError, AttributeError, KeyError):
        return f"{error.status} {error.reason}"
    return str(said)


def _trust(reached: Control) -> ssl.SSLContext:
    """Trust exactly the certificate that the planner itself uses."""
    context = ssl.create_default_context(cafile=reached.certificate)
    context.check_hostname = False  # it is pinned, by whatever name it is reached
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context
