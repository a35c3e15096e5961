"""The API for machines: a token names the integration and its tenant; errors are problem+json; the same use cases as the pages."""
