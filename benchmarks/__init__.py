"""Benchmarks: each measures the product's own code against a floor or a peer in the same run, and answers with ratios."""
