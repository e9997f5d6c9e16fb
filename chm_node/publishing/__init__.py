"""The published side, shared by node and harvester: the store, the change log and everything read from them."""
