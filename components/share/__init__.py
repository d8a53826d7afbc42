"""The page /share/{token}: one prediction for everyone who has its link."""
