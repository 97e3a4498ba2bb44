"""The fields of the window by which a reader says where to look, as Gradio's components; what they hold is `Bounds`."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from corpus.collection import Collection
from rag.filters import choices
from rag.serve.texts import Texts


@dataclass(frozen=True, slots=True)
class Fields:
    """The components. `all` are those that a handler reads, in the order of `Bounds.of`."""

    box: gr.Accordion
    documents: gr.Dropdown
    issuer: gr.Dropdown
    year: gr.Dropdown
    kind: gr.Dropdown
    region: gr.Dropdown
    in_force: gr.Checkbox
    as_of: gr.Textbox

    @property
    def all(self) -> list[gr.components.Component]:
        """Every field."""
        return [self.documents, self.issuer, self.year, self.kind, self.region, self.in_force, self.as_of]

    def renewed(self, collection: Collection, words: Texts) -> list[dict[str, Any]]:
        """Updates of `box` and every field: the words in the window's language, and what there is to choose from."""
        return [gr.update(**options) for options in _options(collection, words)]


def _options(collection: Collection, words: Texts) -> list[dict[str, Any]]:
    there, any_ = choices(collection.catalog), [(words.any, "")]
    held = [(collection.catalog.metadata(id_).name, id_) for id_ in collection.catalog.at(None)]
    offered = (there.issuers, there.years, there.kinds, there.regions)
    labels = (words.issuer, words.year, words.kind, words.region)
    return [
        {"label": words.bounds, "visible": len(held) > 1},
        {"label": words.documents, "choices": sorted(held)},
        *(
            {"label": label, "choices": [*any_, *((value, value) for value in values)], "visible": len(values) > 1}
            for label, values in zip(labels, offered, strict=True)
        ),
        {"label": words.in_force_only},
        {"label": words.as_of, "placeholder": "2024-06-01"},
    ]


def fields(collection: Collection, words: Texts) -> Fields:
    """The components, inside the Blocks that is open; closed at first, and out of sight for a single document."""
    box, documents, issuer, year, kind, region, in_force, as_of = _options(collection, words)
    with gr.Accordion(open=False, elem_id="cw-bounds", **box) as accordion:
        with gr.Row(elem_classes="cw-bound-row"):
            chosen = gr.Dropdown(multiselect=True, elem_id="cw-bound-documents", scale=2, min_width=180, **documents)
            by_issuer = gr.Dropdown(value="", elem_id="cw-bound-issuer", min_width=150, **issuer)
        with gr.Row(elem_classes="cw-bound-row"):
            by_year, by_kind, by_region = (
                gr.Dropdown(value="", elem_id=f"cw-bound-{name}", min_width=96, **options)
                for name, options in (("year", year), ("kind", kind), ("region", region))
            )
            day = gr.Textbox(elem_id="cw-bound-day", min_width=110, max_lines=1, **as_of)
        check = gr.Checkbox(value=False, elem_id="cw-bound-force", **in_force)
    return Fields(accordion, chosen, by_issuer, by_year, by_kind, by_region, check, day)
