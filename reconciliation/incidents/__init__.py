"""Security incidents: money out that we never initiated stops the account at once. An incident is opened by the check that finds
it, freezes what people correct on that account, and ends by two people's word alone, never by itself."""
