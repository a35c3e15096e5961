"""One payment over all planes: found by any key that somebody has of it, and read from where each plane keeps it."""
