"""Differences as work: a case opens when a difference appears, keeps its identity over all runs, and closes itself with
the reason when the difference is gone."""
