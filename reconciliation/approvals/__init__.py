"""Maker-checker for every kind of request: asked by one person, decided by another, executed exactly as frozen, once.
Knows no kind: each registers its preview, precondition and effect. There is no bypass for anybody."""
