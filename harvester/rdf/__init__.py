"""Reading foreign RDF: parsed in a process of its own that may neither open a file nor a connection."""
