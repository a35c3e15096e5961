"""The house rules that a reader would otherwise have to remember."""
