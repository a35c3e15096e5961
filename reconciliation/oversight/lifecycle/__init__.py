"""The lifecycle as it is decided now: a tree of questions from the checkpoints in force, tables of states from the code that moves
them, a catalogue of signals. Generated, so none of it can be stale; nothing here decides."""
