"""What becomes of an answer when the model's service answers, fails, falls silent, breaks off or never ends."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from corpus import InputError
from rag import Answer, Assistant
from rag.answer.models import open_chat_model
from rag.settings import Chat, Settings
from tests import endpoints
from tests.endpoints import Behaviour, Endpoint, answers, endless, fails, fails_once

pytestmark = pytest.mark.model

QUESTION = "六安跟哪个城市对口合作？"
#: Seconds that the settings allow where time is what a test is about, and what all else may take on a busy machine.
SILENCE, TIMEOUT, SLACK = 2.0, 4.0, 20.0
#: What a model may take where it is not: nobody waits for it, and a slow machine is no failure of it.
AMPLE: Final = 90.0


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CEWEN_LLM", "CEWEN_LLM_BASE_URL", "CEWEN_LLM_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def chat(endpoint: Endpoint, **changes: object) -> Chat:
    values = {"model": "test", "base_url": endpoint.url, "silence": AMPLE, "timeout": AMPLE, "max_tokens": 100}
    return Chat.model_validate({**values, **changes})


@pytest.fixture
def asks(seed_index: Path) -> Iterator["Asks"]:
    opened = Asks(seed_index)
    yield opened
    for each in opened.assistants:
        each.close()


class Asks:
    """Assistants of one corpus, each with a model of its own."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self.assistants: list[Assistant] = []

    def of(self, settings: Chat) -> Assistant:
        self.assistants.append(Assistant.open(self._index, Settings(chat=settings)))
        return self.assistants[-1]


def timed(assistant: Assistant) -> tuple[Answer, float]:
    begun = time.monotonic()
    return assistant.ask(QUESTION), time.monotonic() - begun


def test_an_endpoint_that_answers_is_what_the_answer_is_made_of(asks: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEWEN_LLM_API_KEY", "a-key")
    with Endpoint(answers) as endpoint:
        answer = asks.of(chat(endpoint)).ask(QUESTION)
    assert (answer.status, answer.method) == ("answered", "chat")
    assert answer.model is not None
    assert (answer.model.name, answer.model.failure) == ("test", "")
    # It said the first sentences of the first two blocks; each stands in what it cites.
    held = [statement for statement in answer.statements if statement.check == "verified"]
    assert held
    quotes = {citation.number: citation.quote for citation in answer.citations}
    assert all(any(statement.text in quotes[number] for number in statement.citations) for statement in held)
    [body] = endpoint.bodies
    assert (body["model"], body["stream"], body["max_tokens"], body["temperature"]) == ("test", True, 100, 0)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert QUESTION in body["messages"][1]["content"]
    assert endpoint.keys == ["Bearer a-key"]


def test_a_server_of_this_machine_needs_no_key(asks: Asks) -> None:
    with Endpoint(answers) as endpoint:
        assert asks.of(chat(endpoint)).ask(QUESTION).method == "chat"
        # The name of another company's model is no reason to look for that company.
        assert asks.of(chat(endpoint, model="claude-test")).ask(QUESTION).method == "chat"
    assert len(endpoint.bodies) == 2


@pytest.mark.parametrize(
    ("behaviour", "tries", "said"),
    [
        (endpoints.stops_half_way, 1, "模型出错"),
        (endpoints.hangs_up, 2, "模型出错"),
        (endpoints.garbage, 2, "模型出错"),
        (endpoints.garbled, 2, "模型出错"),
        (endpoints.answers_whole, 2, "模型出错"),
        (endpoints.says_nothing, 1, "没有写出"),
        (fails(401), 1, "CEWEN_LLM_API_KEY"),
        (fails(404), 1, "404"),
        (fails(429), 2, "429"),
        (fails(500), 2, "500"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_quotations_stand_in_for_a_model_that_fails(asks: Asks, behaviour: Behaviour, tries: int, said: str) -> None:
    plain = asks.of(Chat(model="")).ask(QUESTION)
    with Endpoint(behaviour) as endpoint:
        stands_in(asks.of(chat(endpoint)).ask(QUESTION), plain, said)
    assert len(endpoint.bodies) == tries


@pytest.mark.parametrize(
    ("behaviour", "times", "said"),
    [
        (endpoints.falls_silent, {"silence": SILENCE}, "没有动静"),
        (endpoints.silent, {"silence": SILENCE}, "没有动静"),
        (endpoints.dawdles, {"timeout": TIMEOUT}, "没有在限定的时间内写完"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_model_is_waited_for_as_long_as_settings_say(
    asks: Asks, behaviour: Behaviour, times: dict[str, float], said: str
) -> None:
    plain = asks.of(Chat(model="")).ask(QUESTION)
    with Endpoint(behaviour) as endpoint:
        answer, seconds = timed(asks.of(chat(endpoint, **times)))
    assert seconds < max(times.values()) + SLACK
    stands_in(answer, plain, said)
    assert len(endpoint.bodies) == 1


def stands_in(answer: Answer, plain: Answer, said: str) -> None:
    """The answer is the one without any model, and says why."""
    assert answer.model is not None
    assert said in answer.model.failure
    assert (answer.status, answer.method) == ("answered", "extractive")
    assert answer.statements == plain.statements
    assert answer.citations == plain.citations
    assert answer.model.failure in answer.text


def test_what_the_service_says_of_the_key_is_not_repeated(asks: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEWEN_LLM_API_KEY", "sk-secret")
    with Endpoint(lambda c: c.error(401, f"wrong key {c.headers['Authorization']}")) as endpoint:
        answer = asks.of(chat(endpoint)).ask(QUESTION)
    assert endpoint.keys == ["Bearer sk-secret"]
    assert "secret" not in repr(answer)


def test_a_failure_that_passes_costs_one_try_more(asks: Asks) -> None:
    with Endpoint(fails_once(500)) as endpoint:
        assert asks.of(chat(endpoint)).ask(QUESTION).method == "chat"
        assert len(endpoint.bodies) == 2
    with Endpoint(fails_once(500)) as endpoint:
        assert asks.of(chat(endpoint, retries=0)).ask(QUESTION).method == "extractive"


def test_a_model_without_an_end_is_left(asks: Asks) -> None:
    """It says the same words for ever; what it had said before that is kept."""
    with Endpoint(endless) as endpoint:
        answer, seconds = timed(asks.of(chat(endpoint)))
        assert endpoint.left.wait(SLACK)
    assert seconds < SLACK
    assert answer.model is not None
    assert "社会社会社会" not in answer.text
    with Endpoint(endpoints.answers_and_goes_round) as endpoint:
        answer = asks.of(chat(endpoint)).ask(QUESTION)
        assert endpoint.left.wait(SLACK)
    assert answer.method == "chat"
    assert answer.model is not None
    assert not answer.model.failure


@pytest.mark.parametrize("behaviour", [endpoints.says_and_dawdles, endpoints.falls_silent], ids=lambda b: b.__name__)
def test_leaving_an_answer_half_way_breaks_the_connection_off(asks: Asks, behaviour: Behaviour) -> None:
    with Endpoint(behaviour) as endpoint:
        growing = asks.of(chat(endpoint)).stream(QUESTION)
        if behaviour is endpoints.says_and_dawdles:
            first = next(growing)
            assert first.partial
        growing.close()  # type: ignore[attr-defined]
        if endpoint.bodies:
            assert endpoint.left.wait(SLACK)


def test_a_name_that_says_nothing_is_an_error_with_a_remedy() -> None:
    for name in ("no-such-model", "nobody:model"):
        with pytest.raises(InputError, match="CEWEN_LLM"):
            open_chat_model(Chat(model=name))
