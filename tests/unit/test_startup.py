"""What is imported before the server listens; everything else is loaded in the background."""

import subprocess
import sys

from core.settings import ROOT

LOADED_LATER = {
    "ai_edge_litert",
    "cassandra",
    "cv2",
    "fastapi",
    "model",
    "numpy",
    "pandas",
    "services.predictions",
    "tensorflow",
}


def test_large_libraries_are_not_imported_before_the_server_listens() -> None:
    command = [sys.executable, "-c", "import serve, app, sys; print(*sys.modules, sep='\\n')"]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    imported = set(output.split())
    assert {"app", "streamlit"} <= imported
    assert not LOADED_LATER & imported
