"""What was sold, and what is expected for it. Orders enter here, by API or by file; nothing in it is guessed.

It promises: an order is stored once, as it was stated, or refused with its row and field; what was ordered never changes; a
state moves by a rule, a matcher or a person who says why and names a ticket, never by a webhook and never without its move.
"""
