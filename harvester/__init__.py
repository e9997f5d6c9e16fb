"""The centre of the federation: collects from many sources, resolves identity, keeps the global index. Never imports node authoring."""

__version__ = "0.1.0"
