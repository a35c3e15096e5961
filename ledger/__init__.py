"""The ledger remembers. It promises: nothing that states money is updated or deleted, every transaction balances per
asset at commit, a reversal mirrors its original once, and each write leaves an audit row in the same transaction.
It has never heard of a bank line."""
