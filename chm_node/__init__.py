"""A national clearing-house node: people write, import and moderate; everyone reads. It never imports the harvester."""
