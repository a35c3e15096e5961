"""The words of the sentence for the customer, in each language. Pure. No phrase claims more than the planes know: what is seen
is not final, what is booked is not settled, what has not come is not lost."""

from typing import Literal

from ledger.assets import EXPONENTS
from ledger.money import major_text

Language = Literal["en", "fr", "de", "es"]
Saying = Literal[
    "looked_into",
    "in_doubt",
    "final",
    "released",
    "detected",
    "underpaid",
    "underpaid_seen",
    "late",
    "booked",
    "processing",
    "not_received",
    "carried_out",
    "not_carried_out",
    "came_back",
]
LANGUAGES: dict[Language, str] = {"en": "English", "fr": "Français", "de": "Deutsch", "es": "Español"}
# How a language groups digits and marks decimals. A space that groups does not break.
MARKS: dict[Language, tuple[str, str]] = {"en": (",", "."), "fr": ("\u00a0", ","), "de": (".", ","), "es": (".", ",")}

PAYMENT: dict[Language, tuple[str, str, str]] = {
    "en": ("your payment", " of {amount}", " for order {order}"),
    "fr": ("votre paiement", " de {amount}", " pour la commande {order}"),
    "de": ("Ihre Zahlung", " über {amount}", " für die Bestellung {order}"),
    "es": ("su pago", " de {amount}", " del pedido {order}"),
}
OURS: dict[Language, str] = {
    "en": "our payment to you", "fr": "notre versement", "de": "unsere Auszahlung", "es": "nuestro pago",
}  # fmt: skip
REFERENCE: dict[Language, str] = {
    "en": "Reference: {payment_id}.", "fr": "Référence : {payment_id}.", "de": "Referenz: {payment_id}.",
    "es": "Referencia: {payment_id}.",
}  # fmt: skip
SAYINGS: dict[Language, dict[Saying, str]] = {
    "en": {
        "looked_into": "We are looking into {about} and will come back to you. Nothing is needed from you for now.",
        "in_doubt": "We see {about}, but it is not certain that it will stay. Please wait until we write again.",
        "final": "We have received {about} and it is final. Nothing is needed from you.",
        "released": "We have received {about} and it is final. Your order was released. Nothing is needed from you.",
        "detected": "We have seen {about}. It is not final yet, which takes a while. Nothing is needed from you.",
        "underpaid": "We have received {about}. {missing} of the full amount is still missing.",
        "underpaid_seen": "We have seen {about}, which is not final yet. {missing} of the full amount is still missing.",
        "late": "We have received {about} after its time had passed. We hold it and will tell you what happens next.",
        "booked": "We have booked {about}. No bank statement shows it yet. Nothing is needed from you.",
        "processing": "We are processing {about}. Nothing is needed from you.",
        "not_received": "We have not received {about} yet.",
        "carried_out": "We have made {about}, and our bank has carried it out. Nothing is needed from you.",
        "not_carried_out": "We have not carried out {about}.",
        "came_back": "Your bank has returned {about}: it did not arrive. Please send us the details of your account again.",
    },
    "fr": {
        "looked_into": "Nous examinons {about} et reviendrons vers vous. Vous n’avez rien à faire pour le moment.",
        "in_doubt": "Nous voyons {about}, mais il n’est pas certain qu’il soit maintenu. Veuillez attendre notre prochain message.",
        "final": "Nous avons reçu {about} ; il est définitif. Vous n’avez rien à faire.",
        "released": "Nous avons reçu {about} ; il est définitif. Votre commande a été libérée. Vous n’avez rien à faire.",
        "detected": "Nous avons vu {about}. Il n’est pas encore définitif, cela prend du temps. Vous n’avez rien à faire.",
        "underpaid": "Nous avons reçu {about}. Il manque encore {missing} pour le montant total.",
        "underpaid_seen": "Nous avons vu {about}, qui n’est pas encore définitif. Il manque encore {missing} pour le "
        "montant total.",
        "late": "Nous avons reçu {about} après le délai prévu. Nous le conservons et vous dirons ce qu’il en advient.",
        "booked": "Nous avons comptabilisé {about}. Aucun relevé bancaire ne le montre encore. Vous n’avez rien à faire.",
        "processing": "Nous traitons {about}. Vous n’avez rien à faire.",
        "not_received": "Nous n’avons pas encore reçu {about}.",
        "carried_out": "Nous avons effectué {about} et notre banque l’a exécuté. Vous n’avez rien à faire.",
        "not_carried_out": "Nous n’avons pas effectué {about}.",
        "came_back": "Votre banque a retourné {about} : il n’est pas arrivé. Veuillez nous renvoyer les coordonnées de votre "
        "compte.",
    },
    "de": {
        "looked_into": "Wir prüfen {about} und melden uns bei Ihnen. Sie müssen vorerst nichts tun.",
        "in_doubt": "Wir sehen {about}, es ist aber nicht sicher, dass sie Bestand hat. Bitte warten Sie auf unsere nächste "
        "Nachricht.",
        "final": "Wir haben {about} erhalten, und sie ist endgültig. Sie müssen nichts tun.",
        "released": "Wir haben {about} erhalten, und sie ist endgültig. Ihre Bestellung wurde freigegeben. Sie müssen nichts tun.",
        "detected": "Wir haben {about} gesehen. Sie ist noch nicht endgültig, das dauert eine Weile. Sie müssen nichts tun.",
        "underpaid": "Wir haben {about} erhalten. Am vollen Betrag fehlen noch {missing}.",
        "underpaid_seen": "Wir haben {about} gesehen, sie ist noch nicht endgültig. Am vollen Betrag fehlen noch {missing}.",
        "late": "Wir haben {about} nach Ablauf der Frist erhalten. Wir halten sie fest und sagen Ihnen, wie es weitergeht.",
        "booked": "Wir haben {about} gebucht. Noch zeigt sie kein Kontoauszug. Sie müssen nichts tun.",
        "processing": "Wir bearbeiten {about}. Sie müssen nichts tun.",
        "not_received": "Wir haben {about} noch nicht erhalten.",
        "carried_out": "Wir haben {about} veranlasst, und unsere Bank hat sie ausgeführt. Sie müssen nichts tun.",
        "not_carried_out": "Wir haben {about} nicht ausgeführt.",
        "came_back": "Ihre Bank hat {about} zurückgegeben: Sie ist nicht angekommen. Bitte senden Sie uns Ihre Kontodaten noch "
        "einmal.",
    },
    "es": {
        "looked_into": "Estamos revisando {about} y le responderemos. Por ahora no tiene que hacer nada.",
        "in_doubt": "Vemos {about}, pero no es seguro que se mantenga. Espere, por favor, a nuestro próximo mensaje.",
        "final": "Hemos recibido {about} y es definitivo. No tiene que hacer nada.",
        "released": "Hemos recibido {about} y es definitivo. Su pedido ha sido liberado. No tiene que hacer nada.",
        "detected": "Hemos visto {about}. Aún no es definitivo, lo que lleva un tiempo. No tiene que hacer nada.",
        "underpaid": "Hemos recibido {about}. Aún faltan {missing} del importe total.",
        "underpaid_seen": "Hemos visto {about}, que aún no es definitivo. Aún faltan {missing} del importe total.",
        "late": "Hemos recibido {about} fuera de plazo. Lo retenemos y le diremos qué ocurre después.",
        "booked": "Hemos contabilizado {about}. Ningún extracto bancario lo muestra todavía. No tiene que hacer nada.",
        "processing": "Estamos tramitando {about}. No tiene que hacer nada.",
        "not_received": "Todavía no hemos recibido {about}.",
        "carried_out": "Hemos realizado {about} y nuestro banco lo ha ejecutado. No tiene que hacer nada.",
        "not_carried_out": "No hemos realizado {about}.",
        "came_back": "Su banco ha devuelto {about}: no llegó. Envíenos de nuevo los datos de su cuenta.",
    },
}


def amount_in(language: Language, amount_minor: int, asset: str) -> str:
    """An amount as the language writes it, with every digit: 1248000, "ETB" → "12.480,00 ETB" in German."""
    group, mark = MARKS[language]
    units, _, rest = major_text(abs(amount_minor), EXPONENTS[asset]).partition(".")
    grouped = f"{int(units):,}".replace(",", group)
    return f"{'-' if amount_minor < 0 else ''}{grouped}{mark + rest if rest else ''} {asset}"


def said(
    language: Language, saying: Saying, *, amount: str, order: str, payment_id: str, missing: str = "", out: bool = False
) -> str:  # fmt: skip
    """The sentence and its reference. `amount` and `order` may be "": then the sentence does without. `missing`: what an
    underpaid one lacks; `out`: it is money of ours."""
    payment, of_amount, for_order = PAYMENT[language]
    about = (OURS[language] if out else payment) + (of_amount if amount else "") + (for_order if order else "")
    whole = f"{SAYINGS[language][saying]} {REFERENCE[language]}".replace("{about}", about)
    # One pass: what stands in an order's name is no placeholder.
    return whole.format_map({"amount": amount, "order": order, "payment_id": payment_id, "missing": missing})
