"""Balanced proposals: blocks, the smallest change that balances a plan, and a fresh plan."""
