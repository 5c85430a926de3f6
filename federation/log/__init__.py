"""The signed log of a shared document: events, membership, receiving, folding."""
