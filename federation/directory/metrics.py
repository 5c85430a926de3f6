"""What Prometheus is told of a directory: its own registry, no label that names anybody."""

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from federation.directory.service import Directory


class Metrics:
    """Counters and gauges of one directory."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        ProcessCollector(registry=registry)
        self._online = Gauge("pp_directory_online", "Planners online now.", registry=registry)
        self._sockets = Gauge(
            "pp_directory_sockets", "Presence sockets open now.", registry=registry
        )
        self._registered = Gauge(
            "pp_directory_registrations", "Keys ever registered.", registry=registry
        )
        self._cut = Gauge(
            "pp_directory_sockets_cut", "Sockets cut for being slow.", registry=registry
        )
        self._look_ups = Counter(
            "pp_directory_look_ups", "Look-ups, WebFinger too.", ["result"], registry=registry
        )
        self._requests = Counter(
            "pp_directory_requests", "HTTP requests.", ["method", "status"], registry=registry
        )

    def looked_up(self, *, is_found: bool) -> None:
        """Count a look-up."""
        self._look_ups.labels("found" if is_found else "nobody").inc()

    def requested(self, method: str, status: int) -> None:
        """Count a request."""
        known = method if method in {"GET", "HEAD", "POST"} else "other"
        self._requests.labels(known, str(status)).inc()

    def render(self, directory: Directory) -> tuple[bytes, str]:
        """Return the text of a scrape, and its content type."""
        self._online.set(len(directory.presence))
        self._sockets.set(len(directory.presence.sockets))
        self._registered.set(directory.registrations_ever)
        self._cut.set(directory.presence.cut_total)
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
