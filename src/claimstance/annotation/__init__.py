"""What annotators said: Label Studio exports to judgements, judgements to gold."""
