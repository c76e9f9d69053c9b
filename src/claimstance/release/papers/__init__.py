"""The papers of a release, made of its tables: licences, citation, plots, Croissant. `papers` writes them all."""
