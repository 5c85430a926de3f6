"""federation.activitypub."""
