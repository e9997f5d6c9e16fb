"""The InforMEA service as its readers ask it: a read-only OData 2 subset, over what is published here."""
