from tests.console.reading import counted, evening

__all__ = ["counted", "evening"]
