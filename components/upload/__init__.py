"""Pictures from outside: dropped, chosen, pasted or photographed."""
