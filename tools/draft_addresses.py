"""Address questions over public documents: `python tools/draft_addresses.py LAWS POLICIES`, written to tests/data.

Each line has the question, the file that it is asked of and the addresses that it means, worked out from the outline;
or none, where the document has no such part or is not there. Drawn with a fixed seed, so that the file comes out the
same. Only names and numbers go into the file, no text of a document.
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from opencc import OpenCC

from corpus.address import Level
from corpus.lexicon import english_titles
from corpus.model import Document, Part
from corpus.numerals import to_chinese
from ingest import understand

OUT = Path(__file__).resolve().parent.parent / "tests" / "data" / "address_questions.jsonl"
LAWS, POLICIES, SEED = 24, 30, 20

Row = tuple[str, list[str]]


def short(document: Document) -> str:
    """The title without the country."""
    return document.metadata.title.replace("中华人民共和国", "")


def articles(document: Document) -> list[Part]:
    """The articles outside annexes, those with 之 left out."""
    return [
        part
        for part in document.parts
        if part.address.level is Level.ARTICLE
        and not part.address.steps[-1].sub
        and not part.address.steps[-1].occurrence > 1
        and part.address.steps[0].level not in (Level.ANNEX, Level.SCHEDULE, Level.APPENDIX)
    ]


def spelled(part: Part) -> str:
    """第十二条第二款第（三）项, without what stands above the article."""
    return str(part.address.from_article()).replace("/", "")


def of_law(document: Document, draw: random.Random) -> Iterator[Row]:
    """Questions to a law, each spelling once."""
    held, name = articles(document), short(document)
    one = draw.choice(held)
    number = one.number
    shapes = [
        f"{document.metadata.title}第{to_chinese(number)}条",
        f"《{name}》第{number}条怎么规定的",
        f"{name}第 {to_chinese(number)} 条",
        f"请问{name}里第{number}条是什么",
        OpenCC("s2t").convert(f"《{name}》第{to_chinese(number)}条說了什麼"),
        f"第{to_chinese(number)}条说了什么？我问的是《{name}》",
    ]
    yield draw.choice(shapes), [str(one.address)]
    place = draw.randrange(len(held) - 3)
    first, last = held[place], held[place + 2]
    if [part.number for part in held[place : place + 3]] == list(range(first.number, first.number + 3)):
        joint = draw.choice(("第{}条至第{}条", "第{}到{}条", "第{}-{}条"))
        row = [str(part.address) for part in held[place : place + 3]]
        yield f"{name}{joint.format(to_chinese(first.number), to_chinese(last.number))}", row
    yield f"{name}最后一条", [str(held[-1].address)]
    yield f"《{name}》前三条", [str(part.address) for part in held[:3]]
    yield f"{name}{spelled(held[place])}的下一条", [str(held[place + 1].address)]
    yield f"{name}{spelled(held[place + 1])}的上一条是什么", [str(held[place].address)]
    for english in english_titles().get(name, ())[:1]:
        written = english_name(name)
        yield f"What does Article {number} of the {written} say?", [str(one.address)]
        assert english
    yield from within(document, name, draw)


def english_name(name: str) -> str:
    """The first English name of a law, as written in the list that ships."""
    lines = (Path(__file__).resolve().parent.parent / "corpus/data/english_titles.txt").read_text(encoding="utf-8")
    line = next(line for line in lines.splitlines() if line.startswith(f"{name} ="))
    return line.split("=")[1].split(";")[0].strip()


def within(document: Document, name: str, draw: random.Random) -> Iterator[Row]:
    """Paragraphs, items, chapters and articles with 之."""
    inside = {
        level: [
            part
            for part in document.parts
            if part.address.level is level
            and part.address.steps[0].level not in (Level.ANNEX, Level.SCHEDULE)
            and all(step.occurrence == 1 for step in part.address.steps)
        ]
        for level in (Level.PARAGRAPH, Level.ITEM, Level.CHAPTER)
    }
    for level in (Level.PARAGRAPH, Level.ITEM):
        if inside[level]:
            part = draw.choice(inside[level])
            yield f"{name}{spelled(part)}{draw.choice(('', '是什么', '怎么说'))}", [str(part.address)]
    outer = [part for part in inside[Level.CHAPTER] if part.address.depth == 1]
    if outer:
        part = draw.choice(outer)
        yield f"{name}第{to_chinese(part.number)}章讲了什么", [str(part.address)]
    inserted = [part for part in document.parts if part.address.level is Level.ARTICLE and part.address.steps[-1].sub]
    if inserted:
        part = draw.choice(inserted)
        yield f"{name}{spelled(part)}", [str(part.address)]


def of_policy(document: Document, draw: random.Random) -> Iterator[Row]:
    """Questions to a policy document."""
    title = document.metadata.title
    whole = [part for part in document.parts if all(step.occurrence == 1 for step in part.address.steps)]
    first = [part for part in whole if part.address.level is Level.LEVEL1 and part.address.depth == 1]
    second = [part for part in whole if part.address.level is Level.LEVEL2 and part.address.depth == 2]
    if first:
        part = draw.choice(first)
        yield f"《{title}》第{to_chinese(part.number)}部分讲了什么", [str(part.address)]
        if document.metadata.reference:
            yield f"{document.metadata.reference}第{part.number}部分", [str(part.address)]
        yield f"{title}最后一部分", [str(first[-1].address)]
    if second:
        part = draw.choice(second)
        one, two = (to_chinese(step.number) for step in part.address.steps)
        yield f"《{title}》{one}、（{two}）", [str(part.address)]
        yield f"{title}{one}({two})怎么说", [str(part.address)]


def absent(document: Document, draw: random.Random) -> Iterator[Row]:
    """Questions for parts that a document has not."""
    held, name = articles(document), short(document)
    if held:
        beyond = max(part.number for part in held) + draw.randint(1, 60)
        yield f"{name}第{to_chinese(beyond)}条", []
        alone = [
            part
            for part in held
            if not any(p.address.level is Level.PARAGRAPH and part.address.contains(p.address) for p in document.parts)
        ]
        if alone:
            yield f"{name}{spelled(draw.choice(alone))}第四款", []
        yield f"《{name}》第{to_chinese(draw.randint(31, 60))}章讲了什么", []
    else:
        yield f"《{document.metadata.title}》第{to_chinese(draw.randint(31, 60))}部分", []
        yield f"{document.metadata.title}附件{draw.randint(31, 60)}讲了什么", []


#: Documents that do not exist, or that are not among the files.
NOT_HELD = (
    "《星际移民管理办法》第三条", "月球资源开采法第十二条", "《时间旅行管制条例》第五条第二款",
    "海底居住管理规定第七条",
    "第四条，我问的是梦境保护法第四条", "《某某省幻想生物保护条例》第一条讲了什么",
    "请问火山旅游管理条例第八条怎么规定的",
    "Article 3 of the 《太空电梯运营办法》第三条",
)  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Draw, draft and write."""
    draw = random.Random(SEED)  # noqa: S311 - nothing secret is drawn
    laws = sorted(Path(arguments[0]).glob("*.md"))
    policies = sorted(Path(arguments[1]).rglob("*.txt"))
    rows = []
    for chosen, drafting, limit in (
        (draw.sample(laws, LAWS), of_law, 5),
        (draw.sample(policies, POLICIES), of_policy, 4),
    ):
        for path in chosen:
            document = understand(path).document
            if drafting is of_law and len(articles(document)) < 5:
                continue
            found = list(drafting(document, draw))
            found = draw.sample(found, min(limit, len(found)))
            missing = list(absent(document, draw))
            found += draw.sample(missing, 1)
            rows += [{"file": path.name, "question": question, "addresses": where} for question, where in found]
    rows += [{"file": "", "question": question, "addresses": []} for question in NOT_HELD]
    OUT.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(sum(bool(row["addresses"]) for row in rows), sum(not row["addresses"] for row in rows))


if __name__ == "__main__":
    main(sys.argv[1:])
