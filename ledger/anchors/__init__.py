"""Heads of the audit chain, signed and kept outside the database: what a cut tail or an old dump cannot take back. A chain
proves that its links hold; an anchor proves how long it was."""
