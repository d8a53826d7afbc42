"""Settings, logging, metrics, signing, version: imported by all packages, importing none."""
