"""How well it reads, by what people labelled: accuracy, confusion, reliability."""
