"""The CBD index as its clients ask it: a read-only subset of its select, over what is published here."""
