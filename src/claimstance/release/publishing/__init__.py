"""From a folder to the Hub, or to another folder or store: looked through (`sealed`), planned, sent, read back."""
