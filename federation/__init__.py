"""How it travels: signed logs of shared documents, and the calls between independent nodes.

Knows `keys` alone. What an event means is the application's matter (`federation.log.kinds`).
"""
