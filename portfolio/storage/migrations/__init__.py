"""Alembic migrations of both schemas: federation's log and peers, and the planner's own."""
