"""The REST API: one module per resource, each described by the signatures of its handlers.

A new resource is a module with `ROUTES` (see `op.py`) and one name in `RESOURCES`.
"""
