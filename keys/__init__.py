"""Who said it: identities, device keys, canonical bytes, proofs and signatures.

Knows neither federation nor portfolios; everything but the keystore is pure.
"""
