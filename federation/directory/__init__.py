"""federation.directory."""
