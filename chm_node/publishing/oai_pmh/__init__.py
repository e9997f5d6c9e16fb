"""The one OAI-PMH 2.0 provider of the federation, over any catalogue."""
