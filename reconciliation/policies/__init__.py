"""How policy itself changes: drafted by one person, evaluated in the shadow, put in force by a second. Nothing here decides a
move; `checkpoints` does."""
