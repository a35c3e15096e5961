"""Policy on every move. `decide()` is pure and is asked by every write that moves money or a state; what it said is
recorded, and the write carries the decision's id. Until policies are configurable one built-in policy answers."""
