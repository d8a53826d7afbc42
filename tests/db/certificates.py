"""Certificate authorities and certificates signed by them, made with openssl."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import unavailable

_EXTENSIONS = "basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"


@dataclass(frozen=True)
class Certificate:
    """PEM files of a certificate, its key, and the authority that signed it."""

    authority: Path
    certificate: Path
    key: Path

    def with_key_in_one_file(self) -> Path:
        """Return a file with key and certificate, which is what Cassandra reads."""
        both = self.certificate.with_suffix(".both.pem")
        both.write_text(self.key.read_text() + self.certificate.read_text())
        return both


def make_authority(folder: Path, name: str) -> Certificate:
    """Create an authority that can sign certificates."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    subject = ["-nodes", "-days", "2", "-subj", f"/CN={name}"]
    _openssl("req", "-x509", "-newkey", "rsa:2048", *subject, "-keyout", key, "-out", certificate)
    return Certificate(certificate, certificate, key)


def sign(authority: Certificate, name: str) -> Certificate:
    """Create a certificate signed by that authority, in the same folder."""
    folder = authority.certificate.parent
    key, request, certificate = (folder / f"{name}{end}" for end in (".key", ".csr", ".pem"))
    extensions = folder / "extensions"
    extensions.write_text(_EXTENSIONS)
    subject = ["-nodes", "-subj", f"/CN={name}"]
    _openssl("req", "-newkey", "rsa:2048", *subject, "-keyout", key, "-out", request)
    signer = ["-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial"]
    output = ["-days", "2", "-extfile", extensions, "-out", certificate]
    _openssl("x509", "-req", "-in", request, *signer, *output)
    return Certificate(authority.certificate, certificate, key)


def _openssl(*arguments: object) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        unavailable("openssl")
    subprocess.run([openssl, *map(str, arguments)], check=True, capture_output=True)
