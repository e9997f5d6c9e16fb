"""The write side of a node: intake, drafts, moderation, accounts and tokens; only the node imports it."""
