"""The window: a conversation, and the original document beside it, as a Gradio application.

It asks an `Assistant` and shows what comes back; the HTML is made in `rag.serve.markup`, the words are in
`rag.serve.texts`. It reads no file of documents and changes no index. The page asks no other host for anything:
system fonts, no analytics, no links of Gradio's own, and a Content-Security-Policy that a browser enforces.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import gradio as gr
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.collection import Collection
from corpus.model import Document
from rag.assistant import Assistant
from rag.serve import markup, original
from rag.serve.bounds import Bounds
from rag.serve.desk import Conversation, Desk, Wanted
from rag.serve.desk import examples as offers
from rag.serve.feedback import FeedbackFile
from rag.serve.fields import Fields, fields
from rag.serve.texts import EXAMPLES, TITLE, Texts, texts

FONTS: Final = ("-apple-system", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif")
#: Nothing but this server, whatever the page might hold. Gradio's templates are functions made from strings.
POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "frame-src 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components that handlers write to."""

    header: gr.HTML
    language: gr.Button
    new: gr.Button
    log: gr.HTML
    current: gr.HTML
    examples: tuple[gr.Button, ...]
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    chooser: gr.Dropdown
    panel: gr.HTML
    bounds: Fields


def _choices(documents: Sequence[Document]) -> list[tuple[str, str]]:
    return [(document.metadata.name, document.id) for document in documents]


def _layout(words: Texts, documents: Sequence[Document], collection: Collection) -> _Parts:
    """The components, inside the Blocks that is open."""
    offered = offers(documents)
    with gr.Row(elem_id="cw-top"):
        header = gr.HTML(markup.header(words), elem_id="cw-header", js_on_load=None, apply_default_css=False)
        new = gr.Button(words.new, elem_id="cw-new", size="sm", min_width=60)
        language = gr.Button(words.other_language, elem_id="cw-language", size="sm", min_width=60)
    with gr.Row(elem_id="cw-main", equal_height=True):
        with gr.Column(elem_id="cw-chat", min_width=0):
            with gr.Column(elem_id="cw-scroll", min_width=0):
                log = gr.HTML(markup.welcome(words), elem_id="cw-log", js_on_load=_LOG_JS, apply_default_css=False)
                current = gr.HTML("", elem_id="cw-current", js_on_load=_CURRENT_JS, apply_default_css=False)
                with gr.Column(elem_id="cw-examples", min_width=0):
                    examples = tuple(
                        gr.Button(
                            offered[i] if i < len(offered) else "", visible=i < len(offered), elem_id=f"cw-example-{i}"
                        )
                        for i in range(len(EXAMPLES))
                    )
            bounds = fields(collection, words)
            with gr.Row(elem_id="cw-ask"):
                question = gr.Textbox(
                    label=words.question_label, show_label=False, placeholder=words.placeholder, lines=1, max_lines=5,
                    elem_id="cw-question", container=False, autofocus=True, scale=1, min_width=0,
                )  # fmt: skip
                ask = gr.Button(words.ask, variant="primary", elem_id="cw-send", scale=0, min_width=84)
                stop = gr.Button(words.stop, variant="stop", elem_id="cw-stop", scale=0, min_width=84)
        with gr.Column(elem_id="cw-right", min_width=0):
            chooser = gr.Dropdown(
                _choices(documents), value=documents[0].id if documents else None, label=words.chooser,
                visible=len(documents) > 1, elem_id="cw-chooser",
            )  # fmt: skip
            panel = gr.HTML(
                original.panel(documents[0] if documents else None, words), elem_id="cw-panel",
                js_on_load=_PANEL_JS, apply_default_css=False,
            )  # fmt: skip
    return _Parts(header, language, new, log, current, examples, question, ask, stop, chooser, panel, bounds)


#: The window's script says which document a citation needs, that the newest question is to be asked as typed, and
#: what is said of its answer; Gradio's own `trigger` is to be had here only.
_PANEL_JS: Final = "document.addEventListener('cewen:document', (event) => trigger('select', event.detail));"
_LOG_JS: Final = "document.addEventListener('cewen:said', (event) => trigger('select', event.detail));"
_CURRENT_JS: Final = "document.addEventListener('cewen:literal', () => trigger('select', {}));"


def build(assistant: Assistant) -> gr.Blocks:
    """The window over `assistant`. Serve it with `application`, or launch it with `launch_options`."""
    kept = assistant.settings.feedback.file
    desk = Desk(assistant, FeedbackFile(Path(kept)) if kept else None)
    blocks: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True, fill_width=True) as blocks:
        state = gr.State(Conversation())
        parts = _layout(texts("zh"), desk.documents(), desk.collection)
        _wire_conversation(desk, parts, state)
        _wire_original(desk, parts, state)
        _wire_language(desk, parts, state, blocks)
    return blocks


#: For handlers that answer at once. Gradio's queue loses an event that is sent while the stream of another one is being
#: closed, so nothing but questions may use it.
_AT_ONCE: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
#: Tells the window's script that an answer is whole.
_DONE_JS: Final = "() => { document.dispatchEvent(new CustomEvent('cewen:done')); }"


def _wire_conversation(desk: Desk, parts: _Parts, state: gr.State) -> None:
    shown = [parts.log, parts.current, parts.question, state]
    names = [button.elem_id for button in parts.examples]

    def respond(
        event: gr.EventData, request: gr.Request, typed: str, conversation: Conversation, *more: str
    ) -> Iterator[tuple[Any, ...]]:
        offered, bounds = more[: len(names)], Bounds.of(more[len(names) :])
        # A session has copies of components that were updated in it: they are known by their names.
        by = event.target.elem_id if event.target else None
        literal = by == parts.current.elem_id
        question = offered[names.index(by)] if by in names else conversation.literal if literal else typed
        # What is being typed while another question is asked anew stays.
        rest: Any = gr.skip() if literal else ""
        if not (question or "").strip():
            # Blanks are taken away, so that the reader sees why nothing happens.
            yield gr.skip(), gr.skip(), rest, gr.skip()
            return
        before = conversation.undone() if literal else conversation
        # What is above stays as it is: only the newest exchange is written again and again.
        above = "".join(before.shown)
        wanted = Wanted(question.strip(), bounds, request.session_hash or "", literal=literal)
        with closing(desk.stream(wanted, before)) as growing:
            for grown in growing:
                yield (gr.skip(),) * 4 if grown is None else (above, grown[0], rest, grown[1])

    def leave(request: gr.Request) -> None:
        desk.leave(request.session_hash or "")

    def restart(conversation: Conversation) -> tuple[str, str, str, Conversation]:
        return markup.welcome(texts(conversation.language)), "", "", Conversation(language=conversation.language)

    def judge(conversation: Conversation, event: gr.EventData) -> Conversation:
        return desk.judge(conversation, right=getattr(event, "right", None) is True)

    # One event for every way to ask: Gradio then lets no second question in while one is being answered.
    asking = gr.on(
        [
            parts.question.submit, parts.ask.click, parts.current.select,
            *(button.click for button in parts.examples),
        ],
        respond, [parts.question, state, *parts.examples, *parts.bounds.all], shown,
        trigger_mode="once", concurrency_limit=8, show_progress="hidden", api_visibility="private",
    )  # fmt: skip
    parts.log.select(judge, [state], [state], **_AT_ONCE)
    parts.stop.click(leave, None, None, **_AT_ONCE)
    asking.then(None, js=_DONE_JS)
    # It cancels nothing: the script keeps the button out of reach while an answer grows.
    parts.new.click(restart, [state], shown, **_AT_ONCE)


def _wire_original(desk: Desk, parts: _Parts, state: gr.State) -> None:
    def choose(id_: str, conversation: Conversation) -> str | dict[str, Any]:
        document = desk.document(id_)
        return gr.skip() if document is None else original.panel(document, texts(conversation.language))

    def open_cited(conversation: Conversation, event: gr.EventData) -> tuple[Any, Any]:
        document = desk.document(getattr(event, "document", None))
        if document is None:
            return gr.skip(), gr.skip()
        listed = gr.update(choices=_choices(desk.documents()), value=document.id)
        return original.panel(document, texts(conversation.language)), listed

    parts.chooser.input(choose, [parts.chooser, state], [parts.panel], **_AT_ONCE)
    parts.panel.select(open_cited, [state], [parts.panel, parts.chooser], **_AT_ONCE)


def _wire_language(desk: Desk, parts: _Parts, state: gr.State, blocks: gr.Blocks) -> None:
    everything = [
        state, parts.header, parts.language, parts.new, parts.ask, parts.stop, parts.question, parts.log, parts.chooser,
        parts.panel, *parts.examples, parts.bounds.box, *parts.bounds.all,
    ]  # fmt: skip

    def show(conversation: Conversation, chosen: str | None) -> list[Any]:
        words, documents = texts(conversation.language), desk.documents()
        document = desk.document(chosen) or (documents[0] if documents else None)
        offered = offers(documents)
        buttons = [
            gr.update(value=offered[i] if i < len(offered) else "", visible=i < len(offered))
            for i in range(len(parts.examples))
        ]
        log = gr.skip() if conversation.shown else markup.welcome(words)
        listed = gr.update(
            choices=_choices(documents), value=document.id if document else None, label=words.chooser,
            visible=len(documents) > 1,
        )  # fmt: skip
        return [
            conversation, markup.header(words), words.other_language, words.new, words.ask, words.stop,
            gr.update(placeholder=words.placeholder, label=words.question_label), log, listed,
            original.panel(document, words), *buttons, *parts.bounds.renewed(desk.collection, words),
        ]  # fmt: skip

    def switch(conversation: Conversation, chosen: str | None) -> list[Any]:
        return show(conversation.in_other_language(), chosen)

    parts.language.click(switch, [state, parts.chooser], everything, **_AT_ONCE)
    # Documents may have been added since the window was built.
    blocks.load(show, [state, parts.chooser], everything, **_AT_ONCE)


def _theme() -> gr.themes.Base:
    """Gradio's plainest look in system fonts: a theme with its usual fonts would fetch them."""
    fonts = [gr.themes.Font(name) for name in FONTS]
    return gr.themes.Base(font=fonts, font_mono=fonts, primary_hue="blue", radius_size="sm")


def launch_options() -> dict[str, Any]:
    """What `Blocks.launch` and `mount_gradio_app` are to be told: looks, script, and to keep to this machine."""
    static = files("rag.serve") / "static"
    return {
        "theme": _theme(),
        # Gradio's own `css` option prefixes selectors, and those that begin at the body no longer match.
        "head": f"<style>{(static / 'window.css').read_text(encoding='utf-8')}</style>",
        "js": (static / "window.js").read_text(encoding="utf-8"),
        "favicon_path": str(static / "icon.svg"),
        "footer_links": [],
        # Nothing is ever uploaded here, and Gradio's way in cannot be closed otherwise.
        "max_file_size": "1kb",
        "run_history": False,
        "ssr_mode": False,
        "pwa": False,
        "show_error": False,
        "enable_monitoring": False,
    }


class AtHome:
    """Adds to every answer the headers that forbid the browser to ask other hosts.

    Plain ASGI: Starlette's middleware on requests would hold back the events that carry a growing answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers)


_HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def application(assistant: Assistant) -> FastAPI:
    """The window as an ASGI application."""
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(AtHome)
    gr.mount_gradio_app(app, build(assistant), path="/", **launch_options())
    return app
