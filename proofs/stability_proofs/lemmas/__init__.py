"""Facts that several derivations use, each derived here."""
