"""A checkpoint's document held against what has happened: every recorded move of a window is decided twice, by the
checkpoints in force and with the document in its place. What differs is judged by the drift that followed. It reads; nothing that
it replays is changed."""
