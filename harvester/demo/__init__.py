"""Three nodes and a centre on this machine, driven through their command lines and addresses only."""
