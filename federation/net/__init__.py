"""Calls between nodes: TLS, signed calls, inbox, catch-up, lanes, friends."""
