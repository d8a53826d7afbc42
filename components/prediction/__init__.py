"""The prediction panel: probability bars that follow the pen, and the saved prediction."""
