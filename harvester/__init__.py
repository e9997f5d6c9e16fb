"""The centre: collects records from many sources, resolves identity and publishes the whole as a node does."""
