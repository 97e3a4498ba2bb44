"""Training of the adapters that ship, and of a user's own. Nothing imports it."""
