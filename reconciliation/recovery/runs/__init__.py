"""Recovery runs: drift of a period brought to an end in six steps, each behind its gate. A step is done once, in one
transaction, and carries the digest of the step before; whatever stops in between, the next person finds where the run
stands."""
