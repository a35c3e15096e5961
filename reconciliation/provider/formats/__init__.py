"""Readers of verified deliveries: a body in, `ProviderEvent`s out. Pure: no database, no settings, no clock.

Promises: amounts are integer minor units, exact or refused; JSON that could be read in two ways is refused with the field's
path; a type that is not in a reader's table is "unknown", and nothing is guessed about it.
"""
