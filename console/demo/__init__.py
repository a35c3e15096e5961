"""The demo: 40 days of a clearly fictional tenant, the same for the same seed and day. Everything enters through the use
cases, the importers and real statement formats; nothing in the product reads what is planted here."""
