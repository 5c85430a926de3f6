"""federation.net."""
