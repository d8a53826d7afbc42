"""An open prediction of the history panel: replay, draw on, label, delete, download, share."""
