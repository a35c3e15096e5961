"""The forms of the endpoints page. Each reads what was typed; the use cases decide, and read everything once more."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms

from ledger.assets import EXPONENTS
from ledger.models import Account
from reconciliation.provider.endpoint_pages import KnownEndpoint
from reconciliation.provider.polling.set_polling import POLLED
from reconciliation.provider.reasons import LONGEST

SCHEMES = {
    "btcpay": "BTCPay Server", "coinbase": "Coinbase Commerce", "stripe": "Stripe", "standard": "Standard Webhooks, Svix",
    "adyen": "Adyen", "kobbopay": "Kobbopay", "bank": "bank partner callback",
}  # fmt: skip
Choices = list[tuple[str, str]]


def secret_field(label: str, says: str) -> forms.CharField:
    """Typed once, never shown again: not even when the form comes back."""
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False)
    return forms.CharField(label=label, max_length=1024, strip=True, widget=widget, help_text=says)


def reason_field() -> forms.CharField:
    return forms.CharField(label="Reason", max_length=LONGEST, help_text="It goes to the audit trail.")


FULFIL_ON = {
    "confirmed": "the provider's Confirmed", "recognised": "recognition in the ledger", "paid": "detection, which is not final",
    "never": "nothing: a person alone",
}  # fmt: skip


class Chosen(forms.Form):
    """Fields that choose among what stands are filled by `choices`: field → [(value, words)]."""

    def __init__(self, *args: Any, choices: dict[str, Choices], **named: Any) -> None:
        super().__init__(*args, **named)
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]


class OpenEndpoint(Chosen):
    name = forms.CharField(max_length=80, help_text="What people call it: the shop, the till. It never changes.")
    scheme = forms.ChoiceField(label="Signed by the scheme of", choices=list(SCHEMES.items()))


class AddKey(Chosen):
    endpoint = forms.ChoiceField()
    secret = secret_field(
        "Signing key", "As the provider shows it. It is sealed; its last four characters stay visible."
    )


class EndKey(Chosen):
    key = forms.ChoiceField()
    reason = reason_field()


class EndEndpoint(Chosen):
    endpoint = forms.ChoiceField()
    reason = reason_field()


class SetRecognition(Chosen):
    endpoint = forms.ChoiceField()
    hold = forms.ChoiceField(label="Held on", help_text="Where the provider holds what it confirmed.")
    unapplied = forms.ChoiceField(label="Unapplied on", help_text="Where it waits while no order takes it.")
    receivable = forms.ChoiceField(
        label="Settles", help_text="The receivable that an order opened. All three in one asset."
    )


class SetFulfilment(Chosen):
    rail = forms.CharField(max_length=32, required=False, help_text="Like card or onchain; empty for any.")
    asset = forms.ChoiceField(required=False, choices=[("", "any"), *((code, code) for code in EXPONENTS)])
    fulfil_on = forms.ChoiceField(
        label="Fulfilled on",
        choices=list(FULFIL_ON.items()),
        help_text="The narrowest rule counts: a rail before an asset.",
    )


class SetPolling(Chosen):
    endpoint = forms.ChoiceField()
    base_url = forms.CharField(label="Address", max_length=300, help_text="Like https://pay.example.com")
    store = forms.CharField(label="Store id", max_length=80)
    token = secret_field("API token", "One that may read invoices and nothing else.")


class EndPolling(Chosen):
    endpoint = forms.ChoiceField()
    reason = reason_field()


ACTS: dict[str, type[Chosen]] = {
    "endpoint-open": OpenEndpoint, "key-add": AddKey, "key-end": EndKey, "recognition-set": SetRecognition,
    "fulfilment-set": SetFulfilment,
    "polling-set": SetPolling, "polling-end": EndPolling, "endpoint-end": EndEndpoint,
}  # fmt: skip


def choices_of(act: str, known: Sequence[KnownEndpoint], accounts: Sequence[Account]) -> dict[str, Choices]:
    """What an act's form offers; a field without anything to choose makes the form useless."""
    standing = [k for k in known if k.endpoint.ended_at is None]

    def named(fits: Callable[[KnownEndpoint], bool]) -> Choices:
        return [(str(k.endpoint.id), k.endpoint.name) for k in standing if fits(k)]

    codes = [(a.code, f"{a} ({a.asset_id})") for a in accounts]
    keys = [
        (str(key.id), f"…{key.hint} of {k.endpoint.name}") for k in standing for key in k.keys if key.ended_at is None
    ]
    every = {"endpoint": named(lambda k: True)}
    offered: dict[str, dict[str, Choices]] = {
        "endpoint-open": {}, "fulfilment-set": {}, "key-add": every, "key-end": {"key": keys}, "endpoint-end": every,
        "recognition-set": every | {"hold": codes, "unapplied": codes, "receivable": codes},
        "polling-set": {"endpoint": named(lambda k: k.endpoint.scheme in POLLED)},
        "polling-end": {"endpoint": named(lambda k: k.polling is not None)},
    }  # fmt: skip
    return offered[act]
