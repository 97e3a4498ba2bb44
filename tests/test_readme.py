"""The README's transcript is what the commands print."""

from pathlib import Path

import pytest

from tools.transcript import steady, transcript, written

README = Path(__file__).resolve().parent.parent / "README.md"


@pytest.mark.model
def test_the_transcript_is_what_the_commands_print() -> None:
    assert steady(transcript()) == steady(written(README.read_text(encoding="utf-8")))
