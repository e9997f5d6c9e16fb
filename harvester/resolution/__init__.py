"""Which records of different sources describe one thing, and what is published of them."""
