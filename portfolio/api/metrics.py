"""GET /metrics: numbers for Prometheus, of this planner alone. Behind the login."""

from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from portfolio.api.context import Context
from portfolio.api.op import op
from portfolio.live import Hub

BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The metrics of one planner; a registry of its own, so that two fit in one process."""

    def __init__(self, hub: Hub) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "portfolio_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "portfolio_request_seconds",
            "Time to answer a request.",
            ("route",),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        sockets = Gauge("portfolio_live_sockets", "Open live sockets.", registry=self.registry)
        sockets.set_function(lambda: len(hub))
        cut = Gauge(
            "portfolio_live_cut", "Live sockets cut for being slow.", registry=self.registry
        )
        cut.set_function(lambda: hub.cut_total)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; `route` is the pattern, so ids never become labels."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


METRICS: Final = web.AppKey("metrics", Metrics)


@op("GET", "/metrics", produces="text/plain")
async def read_metrics(context: Context) -> web.Response:
    """Read the numbers of this planner, in the text format of Prometheus."""
    text = generate_latest(context.request.app[METRICS].registry)
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


ROUTES = (read_metrics,)
