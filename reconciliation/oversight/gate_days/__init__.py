"""How many clean days in a row open the release gate: a setting of each tenant, by versions that two people make."""
