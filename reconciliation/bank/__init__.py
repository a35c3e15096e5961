"""What the bank says. Statements enter here, one reader per format; nothing in it guesses.

It promises: a file is read whole or refused with the place and the reason; an amount is exact or refused, never rounded;
a statement that contradicts itself (balance, future lines, an id twice) says so in its findings and is never called clean.
"""
