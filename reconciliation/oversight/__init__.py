"""What is watched over time: whether enough days were clean to release, and what is told to whom when they are not."""
