"""The scene "Look inside": the drawing flows through the network, live."""
