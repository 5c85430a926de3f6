"""Calls between nodes: TLS, signed calls, inbox, catch-up, lanes, friends (PROTOCOL, parts 5-6)."""
