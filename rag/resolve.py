"""Numbers and names of parts to the parts themselves: which part 第七部分, 主要任务第七条 or 二、(二)七 is.

The outline decides. What the part says is not looked at here.
"""

from collections.abc import Sequence
from dataclasses import replace

from corpus.address import Address, Level, Step
from corpus.model import Document, Part
from rag.kinds import asks_title
from rag.numbered import is_article, is_division, is_own, neighbour, numbered, ranged
from rag.outlines import Outlines, Place, first_article, is_code
from rag.types import Query, Reference, Resolution


def resolve(query: Query, outlines: Outlines, within: tuple[str, Address] | None = None) -> Resolution:
    """The parts that the question names, best first. `within` is where a follow-up has to look first."""
    scopes = outlines.bearing(query)
    if not scopes and (place := outlines.place(query.filter, within)):
        scopes = [place]
    scope = scopes[0] if scopes else None
    if not query.references and query.path is None:
        if asks_title(query.folded) and (only := outlines.only(query.filter)):
            return Resolution(asked=True, parts=((only, only.parts[0]),))
        named = outlines.work(query.filter) if query.filter.documents else ()
        return Resolution(asked=False, scope=scope, work=named)
    inside = {document.id: (document, part) for document, part in reversed(scopes)}
    query = _in_volume(query, outlines)
    documents, among = outlines.holding(query)
    chosen = [document for document in documents if not scopes or document.id in inside]
    found = [(d, parts) for d in chosen if (parts := _in_document(query, d, inside.get(d.id)))]
    if query.references:
        # 第三条 is asked of articles before it is asked of third points.
        found.sort(key=lambda each: not is_own(each[1][0], query.references[-1]))
    places = [(document, part) for document, parts in found for part in parts]
    if len(found) > 1 and is_code(document.metadata for document, _ in found):
        places = _of_code(places, query.references)
    elif found and _asks_several(query.references):
        places = [(found[0][0], part) for part in found[0][1]]
        others = tuple((d, p[0]) for d, p in found[1:])
        return Resolution(True, tuple(places), scope, len(places) > 1, others, among)
    together = _asks_several(query.references) and len(places) > 1
    return Resolution(asked=True, parts=tuple(places), scope=scope, together=together, among=among)


def _in_volume(query: Query, outlines: Outlines) -> Query:
    """民法典第三编第二章: held to the third volume, where volumes are documents of their own and have no number."""
    first = query.references[0] if query.references else None
    if first is None or first.unit != "编" or not query.filter.documents:
        return query
    volumes = [document for document in outlines.work(query.filter) if document.metadata.volume]
    if not 0 < first.number <= len(volumes):
        return query
    chosen = frozenset({volumes[first.number - 1].id})
    return replace(query, references=query.references[1:], filter=replace(query.filter, documents=chosen))


def _of_code(places: Sequence[Place], references: Sequence[Reference]) -> list[Place]:
    """Of the volumes of one code, whose articles are counted through: in their order, or the last where that counts."""
    ordered = sorted(places, key=lambda each: (each[1].number, first_article(each[0])))
    from_end = bool(references) and is_article(references[-1]) and references[-1].number < 0
    return ordered[-1:] if from_end and not references[-1].last else ordered


def _asks_several(references: Sequence[Reference]) -> bool:
    return any(reference.beside or reference.last for reference in references)


def _in_document(query: Query, document: Document, scope: Place | None) -> list[Part]:
    parts: list[Part] = list(document.parts)
    if query.path is not None:
        named = _on_path(parts, query.path)
        # 附件2第一部分七、（五）: the path may lie in what the numbers lead to.
        above = referred(query.references, document, parts, nested=False) if query.references else []
        if below := [n for n in named if any(a.address.contains(n.address) for a in above)]:
            return below
        parts = [p for p in parts if any(n is not p and n.address.contains(p.address) for n in named)]
        parts = parts if query.references else named
    if scope is None:
        found = referred(query.references, document, parts, nested=query.path is not None)
        # Who names a document and asks for nothing but its ninth 部分 means what it is divided into.
        strict = query.filter.documents is not None and not query.terms
        return [part for part in found if is_division(part, query.references)] if strict else found
    inside = [p for p in parts if p is not scope[1] and scope[1].address.contains(p.address)]
    if not query.references:
        # A path may name the scope itself: （三）保障措施.
        return [*[p for p in parts if p is scope[1]], *inside] or parts
    # So may a number (第三章对存款人的保护), or it may name what the scope lies in.
    return referred(query.references, document, inside, nested=True) or [
        p for p in referred(query.references, document, parts, nested=False) if p.address.contains(scope[1].address)
    ]


def referred(references: Sequence[Reference], document: Document, parts: list[Part], *, nested: bool) -> list[Part]:
    """What references lead to among `parts` of a document, likeliest first; all `parts` without any reference.

    With `nested`, the first reference counts the outermost of `parts`, and not whatever part properly has its unit.
    """
    if not references:
        return parts
    chains = _chains(references)
    lists = [_followed(chain, document, parts, nested=nested) for chain in chains]
    if len(chains) == 1:
        return lists[0]
    return _siblings(lists, [chain[-1] for chain in chains]) if all(lists) else []


def _followed(
    chain: Sequence[Reference], document: Document, parts: list[Part], *, nested: bool, holder: Part | None = None
) -> list[Part]:
    """What references lead to that name parts inside one another: 第十二条第二款第（三）项.

    Of several parts that the first may mean, the first one counts in which the others are found.
    """
    if not chain:
        return [holder] if holder is not None else []
    reference, rest = chain[0], chain[1:]
    if holder is not None and _is_only_paragraph(reference, holder, parts):
        return _followed(rest, document, parts, nested=True, holder=holder)
    found = _found(parts, reference, document, holder, nested=nested)
    if not rest:
        return found
    for each in found:
        inside = [p for p in document.parts if p is not each and each.address.contains(p.address)]
        if led := _followed(rest, document, inside, nested=True, holder=each):
            return led
    return []


def _chains(references: Sequence[Reference]) -> list[list[Reference]]:
    """References that lead inwards, a chain for each part that is asked for: 第六十七条第一款和第六十八条 are two."""
    chains: list[list[Reference]] = [[]]
    for reference in references:
        if not reference.beside or not chains[-1]:
            chains[-1].append(reference)
            continue
        before = chains[-1]
        alike = [place for place, each in enumerate(before) if each.unit == reference.unit]
        chains.append([*before[: alike[-1] if alike else len(before) - 1], reference])
    return chains


def reached(query: Query, document: Document, scope: Part | None) -> tuple[Part | None, Reference | None]:
    """How far the references lead in a document that lacks the last: the part come to, and the first that fails."""
    for chain in _chains(query.references):
        holder = scope
        for reference in chain:
            inside = [
                p for p in document.parts if holder is None or (p is not holder and holder.address.contains(p.address))
            ]
            found = _found(inside, reference, document, holder, nested=holder is not None)
            if not found:
                return holder, reference
            holder = found[0]
    return scope, None


def _found(
    parts: Sequence[Part], reference: Reference, document: Document, holder: Part | None, *, nested: bool
) -> list[Part]:
    """What one reference leads to among `parts`; a step leads from `holder` to its neighbour."""
    if reference.step:
        beside = neighbour(document, holder, reference.step) if holder is not None else None
        return [beside] if beside is not None else []
    if reference.last:
        return ranged(parts, reference, document, nested=nested)
    return numbered(parts, reference, document, nested=nested)


def _is_only_paragraph(reference: Reference, holder: Part | None, inside: Sequence[Part]) -> bool:
    """Whether 第一款 is asked of an article that has one paragraph: it is the article itself."""
    article = holder is not None and holder.address.level is Level.ARTICLE
    first = reference.unit in ("款", "paragraph") and reference.number == 1 and not reference.last
    return article and first and not any(part.address.level is Level.PARAGRAPH for part in inside)


def _siblings(found: Sequence[list[Part]], references: Sequence[Reference]) -> list[Part]:
    """One part of each list, or a range whole; all under one parent if there is such a choice.

    第三项和第四项 are two of one list.
    """
    if any(reference.last for reference in references):
        chosen = [each if r.last else each[:1] for each, r in zip(found, references, strict=True)]
        return [part for each in chosen for part in each]
    for first in found[0]:
        beside = [[part for part in each if part.address.parent == first.address.parent][:1] for each in found]
        if all(beside):
            return [part for [part] in beside]
    return [best[0] for best in found]


def _on_path(parts: list[Part], path: Address) -> list[Part]:
    """The parts whose address ends in the last step of `path` and passes through the others, nearest first."""
    exact = [part for part in parts if part.address == path]
    return exact or [part for part in parts if _passes(part.address, path)]


def _passes(address: Address, path: Address) -> bool:
    if not path.steps or not address.steps or not _alike(address.steps[-1], path.steps[-1]):
        return False
    steps = iter(address.steps[:-1])
    return all(step in steps for step in path.steps[:-1])


def _alike(step: Step, said: Step) -> bool:
    """Whether a step is what a question says: 二、（二）7 leaves open whether 七是 is meant or 7."""
    inner = (Level.POINT, Level.LEVEL3, Level.LEVEL4)
    return step == said or (said.level is Level.POINT and step.level in inner and step.number == said.number)
