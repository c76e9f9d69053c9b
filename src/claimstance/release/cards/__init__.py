"""What people read of a build: its card and the summary, made (`documents`), and held against the tables (`card`)."""
