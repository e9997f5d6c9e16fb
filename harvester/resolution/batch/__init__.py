"""Resolving everything at once, from stored records, on one machine or on a cluster."""
