"""Escalation: rules say which drift is told to whom, each once per spell of drift, until somebody acknowledges it."""
