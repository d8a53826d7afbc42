"""Pictures from outside: dropped, chosen, pasted or photographed."""

from components.upload.panel import Upload, offer_upload

__all__ = ["Upload", "offer_upload"]
