"""What comes over the wire, as pydantic models: bounded, and of our own objects no unknown field.

What goes out is made by `rag.wire` and `rag.serve.openai`; the models of it here only describe it in /openapi.json.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from rag.serve.asked import Asked
from rag.serve.bounds import Bounds


def _whole(text: str) -> str:
    r"""JSON can write a half of a surrogate pair (\ud800), which no encoding takes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("string_unicode", "a lone surrogate") from None
    return text


Text = Annotated[str, AfterValidator(_whole)]
Short = Annotated[str, Field(max_length=200), AfterValidator(_whole)]


class Filters(BaseModel):
    """Where it may be looked for; what is left out asks for nothing."""

    model_config = ConfigDict(extra="forbid")

    document: Short | list[Short] = Field(default=[], description="编号、标题或标题里的几个字；一份或几份")
    issuer: Short = Field(default="", description="发文机关，写全称")
    year: Short | Annotated[int, Field(ge=0, le=9999)] = Field(default="", description="年份，如 2023")
    kind: Short = Field(default="", description="文种，如 通知")
    region: Short = Field(default="", description="地区")
    in_force: bool = Field(default=False, description="只在现行有效的文件里")
    as_of: Short = Field(default="", description="按这一天有效的版本，如 2024-06-01")

    def bounds(self) -> Bounds:
        """The same as a value."""
        names = [self.document] if isinstance(self.document, str) else self.document
        return Bounds(
            tuple(name for name in names if name.strip()), self.issuer.strip(), str(self.year).strip(),
            self.kind.strip(), self.region.strip(), self.in_force, self.as_of.strip(),
        )  # fmt: skip


class Earlier(BaseModel):
    """A question that was asked before. Whatever else stands beside it is left alone: an answer may be sent back."""

    question: Text


class Question(Filters):
    """`POST /v1/answers`."""

    question: Text = Field(description="问题", examples=["保障措施有哪几条？"])
    history: list[Earlier] = Field(default=[], description="同一次对话里先前的问题，旧的在前")
    literal: bool = Field(default=False, description="照字面理解，不看先前的问题")

    def asked(self) -> Asked:
        """The same as a value."""
        history = tuple(earlier.question for earlier in self.history)
        return Asked(self.question, history, self.bounds(), literal=self.literal)


class StreamedQuestion(Question):
    """`POST /v1/answers`, which can stream."""

    stream: bool = Field(default=False, description="答案边长边发（server-sent events）")


class Search(Filters):
    """`POST /v1/search`."""

    query: Text = Field(description="要找的内容", examples=["社会保障卡"])
    k: int = Field(default=10, ge=1, le=1000, description="最多几条")


class PartWanted(BaseModel):
    """A part of a document."""

    model_config = ConfigDict(extra="forbid")

    document: Short = Field(description="编号、标题或标题里的几个字")
    address: Short = Field(default="", description="部分的地址，如 二/（三）/六是；空着是全文")


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(extra="forbid")


class ContentPart(BaseModel):
    """A piece of a message; only text can be read."""

    type: str
    text: Text | None = None


class Message(BaseModel):
    """A message of a chat."""

    role: str
    content: Text | list[ContentPart] | None = None


class StreamOptions(BaseModel):
    """As OpenAI has it."""

    include_usage: bool = False


class ResponseFormat(BaseModel):
    """As OpenAI has it."""

    type: str


class Completion(Filters):
    """`POST /v1/chat/completions`: OpenAI's fields and our filters. Fields that change nothing here are let pass."""

    model_config = ConfigDict(extra="ignore")

    model: Text = "cewen"
    messages: list[Message] = Field(
        min_length=1, max_length=2000, examples=[[{"role": "user", "content": "保障措施有哪几条？"}]]
    )
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = None
    response_format: ResponseFormat | None = None


class _Described(BaseModel):
    """For the description only: more fields may stand beside those named."""

    model_config = ConfigDict(extra="allow")


class CitationObject(_Described):
    """A quotation with its place: `quote` is `text[start:end]` of the document."""

    number: int
    document_id: str
    title: str
    reference: str | None
    address: str
    label: str
    quote: str
    start: int
    end: int
    page: int | None
    validity: str
    validity_note: str


class StatementObject(_Described):
    """One thing that the answer says."""

    text: str
    citations: list[int]
    check: str


class RefusalObject(_Described):
    """Why there is no answer, and what lies nearest."""

    reason: str
    missing_terms: list[str]
    nearest: list[CitationObject]
    coverage: str


class AnswerObject(_Described):
    """The object of `rag ask --json`; `partial` tells one that is still growing."""

    question: str
    standalone_question: str
    reading: str | None
    status: Literal["answered", "refused"]
    answer: str
    short_answer: str | None
    statements: list[StatementObject]
    citations: list[CitationObject]
    total: int | None
    listed: int | None
    refusal: RefusalObject | None
    method: str
    timings_ms: dict[str, float]
    index: dict[str, int]
    fingerprint: str
    partial: bool


class HitsObject(_Described):
    """The object of `rag search --json`."""

    query: str
    hits: list[dict[str, Any]]
    timings_ms: dict[str, float]


class ErrorDetail(BaseModel):
    """What is wrong and what to do about it."""

    message: str
    type: str
    code: str | None
    param: str | None


class ErrorObject(BaseModel):
    """An error in OpenAI's shape."""

    error: ErrorDetail
