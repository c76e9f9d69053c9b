"""What is disputed and goes to adjudication, what is known beforehand, what an annotator is told of the two."""
