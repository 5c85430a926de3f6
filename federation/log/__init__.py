"""federation.log."""
