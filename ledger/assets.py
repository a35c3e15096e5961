"""Assets and their exponents. The table `ledger_asset` is filled from here by a migration; a test holds them equal."""

EXPONENTS: dict[str, int] = {
    "AED": 2, "AUD": 2, "BHD": 3, "BTC": 8, "CAD": 2, "CHF": 2, "CNY": 2, "CZK": 2, "DKK": 2, "ETB": 2, "ETH": 18,
    "EUR": 2, "GBP": 2, "HKD": 2, "HUF": 2, "INR": 2, "JOD": 3, "JPY": 0, "KES": 2, "KRW": 0, "KWD": 3, "NOK": 2,
    "NZD": 2, "OMR": 3, "PLN": 2, "SEK": 2, "SGD": 2, "TND": 3, "TRY": 2, "UGX": 0, "USD": 2, "USDC": 6, "USDT": 6,
    "ZAR": 2,
}  # fmt: skip

NAMES: dict[str, str] = {
    "BTC": "Bitcoin",
    "ETH": "Ether",
    "USDT": "Tether",
    "USDC": "USD Coin",
    "ETB": "Ethiopian birr",
}
