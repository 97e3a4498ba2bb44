"""Drafting answers: the contract, and the answerers that keep it."""
