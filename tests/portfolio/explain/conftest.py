"""The stand of the REST tests, with the resources of the planner."""

from tests.portfolio.api.conftest import *  # noqa: F403 - its fixtures
