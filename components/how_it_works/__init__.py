"""How the model reads this drawing, step by step."""
