"""Logging configuration: one line per event, as plain text or as JSON."""

import logging.config
from typing import Any

from core.log_limit import RepetitionFilter
from core.settings import Settings

_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure_logging(settings: Settings) -> None:
    """Configure every logger of the process to write in the format of the settings."""
    logging.config.dictConfig(_configuration(settings))


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"format": _PLAIN},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": _FIELDS,
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            },
        },
        "filters": {"repetitions": {"()": RepetitionFilter}},
        "handlers": {
            "stream": {
                "class": "logging.StreamHandler",
                "formatter": settings.log_format,
                "filters": ["repetitions"],
            }
        },
        "root": {"handlers": ["stream"], "level": settings.log_level},
        # Streamlit adds its own handlers to these loggers; without them each line appears once.
        "loggers": {
            "streamlit": {"handlers": [], "propagate": True},
            "uvicorn": {"handlers": [], "propagate": True, "level": "NOTSET"},
            "uvicorn.error": {"handlers": [], "propagate": True, "level": "NOTSET"},
            # api/middleware/request_log.py logs every request with its duration.
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }
