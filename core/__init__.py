"""Settings, logging, metrics and signing: imported by every package, importing none."""
