"""Corrections of a whole use case (cause 3): every transaction that its posting rule contradicts, reversed and posted anew under
one request. Promises: the set that was approved, each member once, whatever dies meanwhile; a stop where one has changed."""
