"""The keyboard shortcuts: the page /help, which every other page shows as a dialog."""
