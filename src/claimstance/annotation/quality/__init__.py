"""What is disputed (adjudication), what is known (training and control items), what an annotator is told (feedback)."""
