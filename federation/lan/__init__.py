"""Finding friends on the local network by multicast DNS (RFC 6762, RFC 6763)."""
