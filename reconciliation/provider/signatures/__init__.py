"""Verifiers of provider deliveries: headers, raw body, keys and the time in, a `Verdict` out. Pure: no clock, no network.

Promises: the bytes are checked as they came; comparison takes constant time; header names have no case; whatever a
delivery holds, the answer is a verdict and never an error. Why no library does this: docs/decisions/0011.
"""
