"""Accounting periods: made ahead by the clock, closed on a checklist over all planes, re-opened by approval. Promises: what is
closed is what was looked at, and nobody dates anything in closed books."""
