"""Who said it: canonical bytes, identities, signatures, and the private key at rest.

Everything here is pure but `keystore`: bytes and values in, bytes and values out, no clock, no
socket, no log. Verifiers raise; none returns a flag that a caller could forget to read.
"""
