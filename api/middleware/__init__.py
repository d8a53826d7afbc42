"""ASGI middlewares. Those of app.py see every request first, also Streamlit's."""
