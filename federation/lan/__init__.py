"""federation.lan."""
