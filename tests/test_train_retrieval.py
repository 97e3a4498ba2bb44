"""Training on drafted questions and of the retriever: what examples and pairs are, that loss falls, what is refused."""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console

from corpus import Collection, InputError, bundled
from corpus.adapter import digest, fresh, load_adapter
from corpus.bert import BertEncoder
from corpus.embedding import E5_PROMPTS
from corpus.network import Bert
from corpus.normalize import fold
from eval.formats import load_questions
from ingest import ingest
from tests.conftest import LetterEncoder
from tests.tiny import tiny_folder
from train import __main__ as door
from train import lookup
from train.drafted import Drafted, _labelled, around_evidence, as_read, drafted, held
from train.examples import Example, held_out
from train.loop import Recipe
from train.pairs import Pair, drafted_labelled, gains, labelled, pairs, sentence_pairs
from train.retrieving import _loss, fit_retriever

TEXT = """关于光伏产业发展的通知

一、目标
推进光伏产业发展，2025年底前建成服务平台三个。
二、资金
县级人民政府安排专项资金3000万元。社会保障卡由人力资源部门制发。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "texts"
    made.mkdir()
    (made / "通知.txt").write_text(TEXT, encoding="utf-8")
    return made


def line(question: str, evidence: str, answers: Sequence[str] = (), *, answerable: bool = True) -> str:
    start = TEXT.index(evidence)
    row = {"question": question, "answerable": answerable, "answers": list(answers), "file": "通知.txt"}
    return json.dumps({**row, "evidence": [start, start + len(evidence)], "kind": "amount"}, ensure_ascii=False)


LINES = (
    line("县里掏多少钱？", "县级人民政府安排专项资金3000万元。", ("3000万元",)),
    line("社保卡怎么做出来？", "社会保障卡由人力资源部门制发。"),
    line("省里安排多少资金？", "县级人民政府安排专项资金3000万元。", answerable=False),
)


def rows_of(folder: Path, lines: Sequence[str] = LINES) -> list[Drafted]:
    path = folder.parent / "drafted.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return list(drafted(path, [folder]))


class TestDrafted:
    def test_a_question_is_put_to_sentences_around_its_evidence(self, folder: Path) -> None:
        answered, told, unanswered = rows_of(folder)
        for seed in range(8):
            draw = random.Random(seed)
            [first, *elsewhere] = around_evidence(answered, draw)
            assert first.passage[first.start : first.end] == "3000万元"
            assert all(not each.answerable and "3000万元" not in each.passage for each in elsewhere)
            # How something is done is told by the whole sentence, not by a few words.
            [first, *_] = around_evidence(told, draw)
            assert (first.answers, first.passage[first.start : first.end]) == ((), "社会保障卡由人力资源部门制发。")
            [first] = around_evidence(unanswered, draw)
            assert not first.answerable
            assert "3000万元" in first.passage

    def test_the_title_stands_above_some_of_the_passages(self, folder: Path) -> None:
        [answered, *_] = rows_of(folder)
        under = {example.under for seed in range(20) for example in around_evidence(answered, random.Random(seed))}
        assert under == {"", "关于光伏产业发展的通知"}

    def test_how_much_of_the_evidence_a_passage_holds(self) -> None:
        assert held("安排专项资金", "县里安排专项资金若干") == 1.0
        assert held("安排专项资金", "推进光伏产业发展") == 0.0
        assert 0 < held("安排专项资金", "安排专项经费") < 1
        assert held("资金资金资金资金", "资金资金") == 0.5

    def test_where_the_evidence_lies_in_what_is_read(self, folder: Path) -> None:
        """Some of its characters stand elsewhere too, and some of it was left out."""
        [_, told, _] = rows_of(folder)
        for passage, region in (
            ("社会保障卡由人力资源部门制发。", "社会保障卡由人力资源部门制发。"),
            ("推进社会保障卡应用。社会保障卡由人力资源部门制发。", "社会保障卡由人力资源部门制发。"),
            ("人力资源部门的职责很多。社会保障卡由人力资源部门制发", "社会保障卡由人力资源部门制发"),
        ):
            [example] = _labelled(told, passage, "", "drafted")
            assert example.passage[example.start : example.end] == region

    @pytest.mark.parametrize(
        "wrong",
        [
            "no json",
            "[]",
            '{"question": "问"}',
            LINES[0].replace("通知.txt", "没有.txt"),
            LINES[0].replace("[", "7, ["),
            LINES[0].replace('["3000万元"]', '"3000万元"'),
            LINES[0].replace('"evidence": [', '"evidence": [9'),
            LINES[0].replace('"evidence": [', '"evidence": [-'),
        ],
    )
    def test_a_wrong_line_is_named(self, folder: Path, wrong: str) -> None:
        with pytest.raises(InputError, match=r"第 2 行|没有.txt"):
            rows_of(folder, [LINES[0], wrong])

    @pytest.mark.model
    def test_what_an_assistant_reads_for_a_question_is_labelled_as_well(self, folder: Path, tmp_path: Path) -> None:
        index, kept, quiet = tmp_path / "index", tmp_path / "read", Console(quiet=True)
        with Collection.open(index, writable=True) as collection:
            assert not ingest([folder / "通知.txt"], collection).failed
        rows = rows_of(folder)

        def read(asked: Sequence[Drafted]) -> list[Example]:
            return list(as_read(asked, lookup.looked_up([each.question for each in asked], index, kept, quiet)))

        made = read(rows)
        assert [example.answerable for example in made] == [True, True, False]
        assert made[0].passage[made[0].start : made[0].end] == "3000万元"
        assert all(example.under.startswith("关于光伏产业发展的通知") for example in made)
        # A file of the same text elsewhere is another one: what it says may answer as well, and nobody has looked.
        assert not read([replace(rows[0], file="别处.txt")])
        # A run that is started again takes what the one before looked up, and what that was stopped in anew.
        [file] = kept.iterdir()
        lines = file.read_text(encoding="utf-8").splitlines()
        assert len(lines) == len(rows)
        file.write_text("\n".join([lines[0].replace("3000", "4000"), lines[1], lines[2][:30]]), encoding="utf-8")
        again = read(rows)
        assert "4000万元" in again[0].passage
        assert again[1:] == made[1:]
        # After the texts have changed it is looked up anew.
        (folder / "通知.txt").write_text(TEXT.replace("三个", "四个"), encoding="utf-8")
        with Collection.open(index, writable=True) as collection:
            ingest([folder / "通知.txt"], collection)
        assert "3000万元" in read(rows)[0].passage

    @pytest.mark.model
    def test_many_questions_are_looked_up_by_several_processes(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        index = tmp_path / "index"
        with Collection.open(index, writable=True) as collection:
            ingest([folder / "通知.txt"], collection)
        monkeypatch.setattr(lookup, "_TOGETHER", 2)
        asked = [each.question for each in rows_of(folder)]
        found = lookup.looked_up(asked, index, tmp_path / "read", Console(quiet=True))
        assert list(found) == asked
        assert all("3000万元" in each.passage or "人力资源" in each.passage for each in found.values())


def learnable(count: int = 96) -> list[Pair]:
    """A passage answers where it repeats the question's one character that is not filler."""
    draw = random.Random(3)
    made = []
    for _ in range(count):
        one, other = draw.sample("社会保障卡应用光伏产业发展", 2)
        made.append(Pair(f"推进{one}", f"推进{one}推进{one}", f"推进{other}推进", "set"))
    return made


class TestRetriever:
    RECIPE = Recipe(epochs=6, rate=2e-2, rank=4, first_layer=0, batch=8, save_every=4)

    @pytest.fixture
    def bert(self, tmp_path: Path) -> Bert:
        return Bert(tiny_folder(tmp_path / "model"), bf16=False)

    def test_the_loss_falls(self, bert: Bert, tmp_path: Path) -> None:
        losses: list[float] = []
        fit_retriever(bert, learnable(), self.RECIPE, tmp_path / "run", lambda _step, _steps, loss: losses.append(loss))
        assert losses[-1] < 0.8 * losses[0]

    def test_a_stopped_run_goes_on(self, bert: Bert, tmp_path: Path) -> None:
        def stop(step: int, _steps: int, _loss: float) -> None:
            if step == 6:
                raise KeyboardInterrupt

        heard: list[int] = []
        with pytest.raises(KeyboardInterrupt):
            fit_retriever(bert, learnable(), self.RECIPE, tmp_path / "run", stop)
        fit_retriever(bert, learnable(), self.RECIPE, tmp_path / "run", lambda step, *_: heard.append(step))
        assert heard[0] == 5
        # The same settings and as many pairs, and yet another run.
        other = [replace(pair, question=f"{pair.question}?") for pair in learnable()]
        with pytest.raises(InputError, match="另一次训练"):
            fit_retriever(bert, other, self.RECIPE, tmp_path / "run", lambda *_: None)

    def test_an_adapter_changes_the_vectors_and_leaves_the_network_alone(self, tmp_path: Path) -> None:
        plain = BertEncoder(tiny_folder(tmp_path / "model"), E5_PROMPTS, "tiny", bf16=False)
        before = plain.encode(["光伏产业"], "query")
        adapter = fit_retriever(plain.network, learnable(), self.RECIPE, tmp_path / "run", lambda *_: None)
        trained = BertEncoder(tmp_path / "model", E5_PROMPTS, "tiny", bf16=False)
        trained.wear(adapter)
        assert trained.fingerprint == f"tiny+{digest(adapter)}"
        assert not np.allclose(trained.encode(["光伏产业"], "query"), before, atol=1e-3)
        for encoder in (plain, trained.plain):
            assert encoder.fingerprint == "tiny"
            assert encoder.encode(["光伏产业"], "query") == pytest.approx(before, abs=1e-5)

    def test_what_is_merged_is_what_lies_beside(self, bert: Bert, tmp_path: Path) -> None:
        """And another adapter is read over the weights as they came."""
        adapter, other = (fresh(bert, rank, range(99), {}, seed) for rank, seed in ((2, 1), (3, 2)))
        for each in (adapter, other):
            for _, up in each.added.values():
                up.normal_(generator=torch.Generator().manual_seed(3))
        rows = [[0, 5, 6, 7, 2], [0, 8, 2]]
        beside, over = (bert.run(rows, bert.instead(each.added)).hidden for each in (adapter, other))
        merged = Bert(tmp_path / "model", bf16=False)
        merged.merge(adapter.added)
        assert torch.allclose(merged.run(rows).hidden, beside, atol=1e-4)
        assert torch.allclose(merged.run(rows, merged.instead(other.added)).hidden, over, atol=1e-4)
        assert torch.allclose(merged.run(rows, merged.instead({})).hidden, bert.run(rows).hidden, atol=1e-4)


def write_judged(folder: Path, texts: Sequence[str], asked: Sequence[str], judged: Sequence[tuple[int, int]]) -> None:
    """A set with texts of its own, its questions and which text answers which."""
    rows = [{"id": str(n), "title": f"第{n}条", "text": text} for n, text in enumerate(texts)]
    (folder / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    queries = [{"id": str(n), "text": text} for n, text in enumerate(asked)]
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in queries), encoding="utf-8")
    (folder / "qrels.tsv").write_text("\n".join(f"{q}\t{n}\t1" for q, n in judged), encoding="utf-8")


class TestPairs:
    def test_a_set_that_brings_its_texts(self, tmp_path: Path) -> None:
        texts, asked = [f"关于事项{n}的规定。" for n in range(90)], [f"事项{n}怎么规定？" for n in range(12)]
        write_judged(tmp_path, texts, asked, [(n, n) for n in range(12)])
        pool, found = labelled(load_questions(tmp_path), tmp_path / "none", random.Random(1))
        assert [each.source for each in found] == [str(n) for n in range(12)]
        made = list(pairs(pool, found, LetterEncoder(), random.Random(1)))
        for n, pair in enumerate(made):
            assert f"关于事项{n}的规定" in pair.passage
            assert pair.hard
            assert pair.hard != pair.passage
        assert len(gains(pool, found, LetterEncoder())) == 12

    def test_every_text_that_answers_is_learnt_and_no_other_of_them_is_a_negative(self, tmp_path: Path) -> None:
        write_judged(tmp_path, [f"关于事项{n}的规定。" for n in range(12)], ["事项怎么规定？"], [(0, 3), (0, 7)])
        pool, found = labelled(load_questions(tmp_path), tmp_path / "none", random.Random(1))
        made = list(pairs(pool, found, LetterEncoder(), random.Random(1)))
        assert [pair.passage for pair in made] == [pool.texts[number] for number in found[0].gold]
        assert len(made) == 2
        # With no other passage in the batch than those two, there is nothing to tell apart.
        bert = Bert(tiny_folder(tmp_path / "model"), bf16=False)
        both = [replace(pair, hard="") for pair in made]
        assert float(_loss(bert, fresh(bert, 2, range(99), {}, 1), both)) == pytest.approx(0.0, abs=1e-5)

    def test_drafted_questions_lead_to_the_segments_with_their_evidence(self, folder: Path, tmp_path: Path) -> None:
        index = tmp_path / "index"
        with Collection.open(index, encoder=LetterEncoder(), writable=True) as collection:
            assert not ingest([folder / "通知.txt"], collection).failed
        rows = rows_of(folder)
        pool, found = drafted_labelled(rows, index, "drafted", LetterEncoder())
        assert [each.question for each in found] == [row.question for row in rows if row.answerable]
        assert all("3000万元" in pool.texts[number] for number in found[0].gold)
        assert [pair.passage for pair in sentence_pairs(rows[:2], "drafted")] == [row.quoted for row in rows[:2]]


class TestDoor:
    @pytest.fixture
    def empty(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A folder for a question set, beside a model of a few weights."""
        model = tiny_folder(tmp_path / "model")
        monkeypatch.setattr(bundled, "model_folder", lambda: model)
        monkeypatch.setenv("CEWEN_CACHE", str(tmp_path / "cache"))
        folder = tmp_path / "set"
        folder.mkdir()
        return folder

    def test_a_run_says_whether_it_helped_and_leaves_an_adapter(
        self, tmp_path: Path, empty: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [
            {
                "id": str(n),
                "question": "推进产业",
                "context": f"推进光伏产业{n}。",
                "answers": ["光伏"],
                "doc_id": str(n),
            }
            for n in range(70)
        ]
        texts = [{"id": str(n), "title": "", "text": f"推进光伏产业{n}。"} for n in range(70)]
        (empty / "qa.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        (empty / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in texts), encoding="utf-8")
        out = tmp_path / "out"
        given = ["retriever", "--data", str(empty), "--held-out", "set=3", "--epochs", "1", "--out", str(out)]
        assert door.main([*given, "--rank", "2", "--batch", "16", "--start-from", "none"]) == 0
        said = capsys.readouterr().err
        assert any(words in said.replace("\n", "") for words in ("有帮助", "看不出", "更差"))
        log = json.loads((out / "log.json").read_text(encoding="utf-8"))
        assert log["ndcg@10"]["set"]["n"] + log["pairs"]["set"] == 70
        adapter = load_adapter(out / "retriever.safetensors", bundled.FINGERPRINT, "retriever")
        assert adapter.about["base"] == bundled.FINGERPRINT
        # Trained on from there, it is judged against where it began, and keeps its rank.
        more = ["--start-from", str(out / "retriever.safetensors"), "--out", str(tmp_path / "more")]
        assert door.main([*given, "--batch", "16", *more]) == 0
        then = json.loads((tmp_path / "more" / "log.json").read_text(encoding="utf-8"))
        assert then["recipe"]["rank"] == 2
        assert then["start_from"]["recipe"] == log["recipe"]
        assert then["ndcg@10"]["set"]["before"] == pytest.approx(log["ndcg@10"]["set"]["after"], abs=0.05)

    def test_further_questions_over_the_texts_of_a_set_spare_what_it_is_judged_by(
        self, tmp_path: Path, empty: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        texts = [f"推进光伏产业{n}。" for n in range(80)]
        write_judged(empty, texts, ["推进产业"] * 60, [(n, n) for n in range(60)])
        more = [{"id": f"m{n}", "question": "光伏", "documents": [str(n)], "synthetic": True} for n in range(80)]
        (tmp_path / "more.jsonl").write_text("\n".join(json.dumps(row) for row in more), encoding="utf-8")
        given = ["retriever", "--data", str(empty), "--held-out", "set=3", "--epochs", "1", "--start-from", "none"]
        given += ["--rank", "2", "--out", str(tmp_path / "out"), "--further", str(tmp_path / "more.jsonl")]
        assert door.main([*given, "set"]) == 0
        log = json.loads((tmp_path / "out" / "log.json").read_text(encoding="utf-8"))
        judged = log["ndcg@10"]["set"]["n"]
        assert log["pairs"] == {"more": 80 - judged, "set": 60 - judged}
        capsys.readouterr()
        assert door.main([*given, "other"]) == 2
        assert "other" in capsys.readouterr().err
        assert door.main([*given, "set", "--most", "few"]) == 2
        assert "stard=900" in capsys.readouterr().err

    def test_questions_are_held_out_one_by_one_where_that_is_wanted(
        self, tmp_path: Path, empty: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        asked = [f"怎样推进产业{n}？" for n in range(60)]
        write_judged(empty, [f"推进光伏产业{n}。" for n in range(20)], asked, [(n, n % 12) for n in range(60)])
        given = ["retriever", "--data", str(empty), "--held-out", "set=3", "--epochs", "1", "--start-from", "none"]
        given += ["--rank", "2", "--out", str(tmp_path / "out"), "--by-question"]
        assert door.main([*given, "set"]) == 0
        log = json.loads((tmp_path / "out" / "log.json").read_text(encoding="utf-8"))
        kept = sum(held_out(question, 3) for question in asked)
        assert log["ndcg@10"]["set"]["n"] == kept
        assert log["pairs"] == {"set": 60 - kept}
        capsys.readouterr()
        assert door.main([*given, "other"]) == 2
        assert "other" in capsys.readouterr().err

    def test_no_sentence_of_a_question_that_is_held_out_is_learnt(
        self, tmp_path: Path, empty: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_judged(empty, [f"推进光伏产业{n}。" for n in range(40)], ["推进产业"] * 40, [(n, n) for n in range(40)])
        asked = [f"县里掏多少钱{n}？" for n in range(60)]
        rows_of(folder, [line(question, "县级人民政府安排专项资金3000万元。", ("3000万元",)) for question in asked])
        index = tmp_path / "index"
        monkeypatch.setenv("CEWEN_RETRIEVER", "none")
        with Collection.open(index, writable=True) as collection:
            assert not ingest([folder / "通知.txt"], collection).failed
        given = ["retriever", "--data", str(empty), "--drafted", str(tmp_path / "drafted.jsonl"), str(index)]
        given += ["--texts", str(folder), "--held-out", "drafted=3", "--by-question", "drafted", "--epochs", "1"]
        assert door.main([*given, "--start-from", "none", "--rank", "2", "--out", str(tmp_path / "out")]) == 0
        log = json.loads((tmp_path / "out" / "log.json").read_text(encoding="utf-8"))
        assert log["pairs"]["drafted-sentences"] == 60 - sum(held_out(fold(question), 3) for question in asked)

    @pytest.mark.usefixtures("empty")
    def test_too_few_questions_and_a_wrong_file_are_refused_in_a_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for arguments, said in (([], "--data"), (["--data", str(tmp_path / "none.xlsx")], "none.xlsx")):
            assert door.main(["retriever", *arguments, "--start-from", "none", "--out", str(tmp_path / "out")]) == 2
            assert said in capsys.readouterr().err.replace("\n", "")
