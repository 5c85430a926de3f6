"""The directory node: who is online, and where. It carries no events."""
