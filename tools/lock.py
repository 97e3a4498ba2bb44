"""Write requirements.lock and requirements-dev.lock: exact versions of what pyproject.toml asks for.

pip resolves in an empty environment without installing anything. Versions only, no hashes: the torch of one platform
is another file than that of the next, and the lock is for all of them.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def resolve(python: Path, wanted: list[str]) -> dict[str, str]:
    """Name and version of everything that `wanted` needs."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [str(python), "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        subprocess.run([*command, "--report", report.name, *wanted], check=True)  # noqa: S603 - our own arguments
        installed = json.loads(Path(report.name).read_text(encoding="utf-8"))["install"]
    return {row["metadata"]["name"].lower(): row["metadata"]["version"].split("+")[0] for row in installed}


def write(path: Path, pins: dict[str, str]) -> None:
    """One pin a line, in alphabetical order."""
    lines = [f"{name}=={version}" for name, version in sorted(pins.items())]
    path.write_text("# Made by `make lock`; do not edit.\n" + "\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Resolve both sets; the second holds only what the first lacks."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = project["dependencies"]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        pins = resolve(python, runtime)
        every = resolve(
            python, [f"{name}=={version}" for name, version in pins.items()] + project["optional-dependencies"]["dev"]
        )
    write(ROOT / "requirements.lock", pins)
    write(ROOT / "requirements-dev.lock", {name: version for name, version in every.items() if name not in pins})
    return 0


if __name__ == "__main__":
    sys.exit(main())
