"""The API for machines: a token names the tenant and who acts, an integration or a person; errors are problem+json; the
same use cases as the pages."""
