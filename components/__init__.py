"""What people see: one package a panel, and the page that puts them together."""
