"""How much of a delivery is looked at. The largest notification that a listed provider documents is below 64 KiB."""

MAX_BODY = 256 * 1024  # bytes
MAX_HEADER = 4096  # characters of one header's value
MAX_SIGNATURES = 16  # in one header; during a rotation a provider sends two or three
MAX_DEPTH = 24  # objects and arrays inside one another
MAX_DIGITS = 40  # of one JSON number, sign and point included
MAX_TEXT = 512  # characters of an id, a type or a reference
MAX_ITEMS = 64  # notifications in one Adyen body
