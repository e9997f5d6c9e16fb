"""Labelled sets of records, and how well the resolver does on them."""
