"""Proof that needs nothing of ours: the verifier that travels in every bundle, and the proof of one payment."""
