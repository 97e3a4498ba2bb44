"""Training: what examples are made of, that loss falls, that a stopped run goes on, that wrong data is refused."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from rich.console import Console

from corpus import InputError, bundled
from corpus.adapter import digest, fresh, load_adapter, save_adapter
from corpus.network import Bert
from eval.formats import load_questions
from rag.confidence import WEIGHTS
from tests.conftest import SEED
from tests.tiny import tiny_folder
from train import __main__ as door
from train import refusing
from train.cloze import clozes, texts_of
from train.examples import Asked, Example, asked, examples_of, held_out, window, write_held_out
from train.exchanges import near_misses
from train.fit import fit
from train.judging import calibration, judge
from train.loop import Recipe
from train.refusing import Case, cases
from train.refusing import fit as fit_refusal

TEXT = (
    "第一条 县级以上人民政府应当安排专项资金3000万元,支持社会保障卡应用。2025年底前建成服务平台。\n"
    "第二条 国务院主管部门负责制定《数据共享管理办法》,推进数据资源互通共享。补贴标准提高20%以上。\n"
) * 6


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Bert:
    return Bert(tiny_folder(tmp_path_factory.mktemp("tiny") / "model"), bf16=False)


def learnable(count: int = 120) -> list[Example]:
    """What follows 推进 is the answer; without it there is none."""
    draw = random.Random(3)
    made = []
    for _ in range(count):
        filler = "".join(draw.choices("社会保障卡应用", k=6))
        if draw.random() < 0.3:
            made.append(Example("推进", filler + filler, -1, -1, "none"))
        else:
            made.append(Example("推进", f"{filler}推进光伏{filler}", 8, 10, "some", ("光伏",)))
    return made


RECIPE = Recipe(epochs=10, rate=2e-2, rank=4, first_layer=0, tokens=400, save_every=5)


class TestFit:
    def test_the_loss_falls_and_what_was_learnt_is_found(self, bert: Bert, tmp_path: Path) -> None:
        losses: list[float] = []
        examples = learnable()
        adapter = fit(bert, examples, RECIPE, tmp_path, lambda _step, _steps, loss: losses.append(loss))
        assert losses[-1] < 0.5 * losses[0]
        judged = judge(bert, adapter, examples)
        assert judged.f1 > 0.9
        assert judged.auc > 0.9
        assert (judged.answered, judged.unanswered) == (
            sum(e.answerable for e in examples),
            sum(not e.answerable for e in examples),
        )
        scale, _ = calibration(bert, adapter, examples)
        assert scale > 0

    def test_a_stopped_run_goes_on_to_the_same_end(self, bert: Bert, tmp_path: Path) -> None:
        examples = learnable(40)
        whole = fit(bert, examples, RECIPE, tmp_path / "whole", lambda *_: None)

        def stop(step: int, _steps: int, _loss: float) -> None:
            if step == 7:
                raise KeyboardInterrupt

        heard: list[int] = []
        with pytest.raises(KeyboardInterrupt):
            fit(bert, examples, RECIPE, tmp_path / "stopped", stop)
        again = fit(bert, examples, RECIPE, tmp_path / "stopped", lambda step, *_: heard.append(step))
        # The state of step 5 was the last that was saved.
        assert heard[0] == 6
        for key, pair in whole.added.items():
            for one, other in zip(pair, again.added[key], strict=True):
                assert torch.allclose(one, other, atol=1e-4)

    def test_a_state_of_another_run_is_not_gone_on_with(self, bert: Bert, tmp_path: Path) -> None:
        fit(bert, learnable(20), RECIPE, tmp_path, lambda *_: None)
        with pytest.raises(InputError, match="另一次训练"):
            fit(bert, learnable(20), replace(RECIPE, rate=1e-3), tmp_path, lambda *_: None)
        (tmp_path / "recipe.json").write_text("{", encoding="utf-8")
        with pytest.raises(InputError, match="读不出来"):
            fit(bert, learnable(20), RECIPE, tmp_path, lambda *_: None)


class TestExamples:
    def test_an_answer_stands_where_it_is_said_to(self) -> None:
        rows = [
            Asked("专项资金有多少?", TEXT, ("3000万元",), "a"),
            Asked("谁制定管理办法?", TEXT, ("国务院主管部门", "国务院主管部门", "主管部门"), "b"),
            Asked("无答案?", TEXT, ("没有的话",), "c"),
        ]
        made = examples_of(rows, "set", random.Random(1), share=1.0)
        found = [example for example in made if example.answerable]
        assert [example.passage[example.start : example.end] for example in found] == ["3000万元", "国务院主管部门"]
        for example in made:
            if not example.answerable:
                assert not any(
                    answer in example.passage
                    for row in rows
                    for answer in row.answers[:1]
                    if row.question == example.question
                )

    def test_a_passage_keeps_the_order_and_whole_sentences(self) -> None:
        passage, place = window(TEXT, (TEXT.index("2025"), TEXT.index("2025") + 4), (), random.Random(2))
        assert passage[place : place + 4] == "2025"
        assert all(piece in TEXT for piece in passage.split("。"))

    def test_documents_are_held_out_by_their_ids(self, tmp_path: Path) -> None:
        ids = [f"doc-{n}" for n in range(400)]
        half = {id_ for id_ in ids if held_out(id_, 5)}
        assert 150 < len(half) < 250
        assert half < {id_ for id_ in ids if held_out(id_, 8)}
        folder = tmp_path / "set"
        folder.mkdir()
        rows = [{"id": i, "question": "问?", "context": "答。", "answers": ["答"], "doc_id": i} for i in ids]
        (folder / "qa.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        texts = [{"id": i, "title": "", "text": "答。"} for i in ids]
        (folder / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in texts), encoding="utf-8")
        assert write_held_out(folder, 5, tmp_path / "half") == len(half)
        assert {each.document for each in asked(tmp_path / "half")} == half
        assert (tmp_path / "half" / "corpus.jsonl").read_text(encoding="utf-8").count("\n") == len(ids)
        with pytest.raises(InputError, match="已有内容"):
            write_held_out(folder, 5, tmp_path / "half")

    def test_questions_without_contexts_go_by_the_first_document_that_is_relevant(self, tmp_path: Path) -> None:
        folder = tmp_path / "set"
        folder.mkdir()
        for name, rows in (
            ("corpus", [{"id": f"d{n}", "title": "", "text": "答。"} for n in range(60)]),
            ("queries", [{"id": str(n), "text": f"问{n}？"} for n in range(60)]),
        ):
            (folder / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        (folder / "qrels.tsv").write_text("".join(f"{n}\td{n}\t1\n{n}\td0\t1\n" for n in range(60)), encoding="utf-8")
        kept = {str(n) for n in range(60) if held_out(f"d{n}", 3)}
        assert write_held_out(folder, 3, tmp_path / "part") == len(kept)
        assert {question.id for question in load_questions(tmp_path / "part").questions} == kept
        kept = {str(n) for n in range(60) if held_out(f"问{n}？", 3)}
        assert write_held_out(folder, 3, tmp_path / "one_by_one", by_question=True) == len(kept)
        assert {question.id for question in load_questions(tmp_path / "one_by_one").questions} == kept

    def test_clozes_ask_for_what_stands_in_the_text(self) -> None:
        made = clozes([TEXT], 40, "policy", random.Random(1))
        assert len(made) >= 40
        for example in made:
            assert any(word in example.question for word in ("多少", "什么", "谁", "哪", "何")), example.question
            if example.answerable:
                assert example.passage[example.start : example.end] == example.answers[0]
                assert example.answers[0] not in example.question

    def test_a_near_miss_asks_for_something_else(self) -> None:
        examples = [
            Example("2025年安排资金多少?", "2025年安排专项资金3000万元。", 11, 17, "set", ("3000万元",)),
            Example("合肥的地铁有几条?", "合肥的地铁有五条。", 6, 8, "set", ("五条",)),
            Example("上海的地铁有几条?", "上海的地铁有二十条。", 6, 9, "set", ("二十条",)),
        ]
        made = near_misses(examples, 1.0, random.Random(1))
        assert made
        asked_before = {example.question for example in examples}
        for example in made:
            assert not example.answerable
            assert example.question not in asked_before


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert door.main(arguments) == 2
    said = capsys.readouterr().err.strip()
    assert "\n" not in said or len(said) < 300
    return said


class TestDoor:
    @pytest.fixture
    def a_set(self, tmp_path: Path) -> Callable[[str], Path]:
        def write(line: str) -> Path:
            folder = tmp_path / "wrong"
            folder.mkdir(exist_ok=True)
            (folder / "qa.jsonl").write_text(line, encoding="utf-8")
            return folder

        return write

    @pytest.mark.parametrize(
        "line", ["no json", '{"question": "问"}', '{"question": 1, "context": 2, "answers": 3}', "[]"]
    )
    def test_a_wrong_line_is_named(
        self, line: str, a_set: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = refused(["reader", "--questions", str(a_set(line))], capsys)
        # Where a long path makes the line break is no matter.
        assert "第1行" in "".join(said.split())

    def test_a_folder_without_questions_and_a_wrong_share_are_named(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert "qa.jsonl" in refused(["reader", "--questions", str(tmp_path)], capsys)
        assert "=5" in refused(["reader", "--questions", str(tmp_path), "--held-out", "nothing"], capsys)
        with pytest.raises(InputError, match="--texts"):
            texts_of(tmp_path)

    def test_a_run_leaves_an_adapter_and_its_log(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        model = tiny_folder(tmp_path / "model")
        monkeypatch.setattr(bundled, "model_folder", lambda: model)
        retriever = fresh(Bert(model, bf16=False), 2, range(99), {}, 1)
        about = {"base": bundled.FINGERPRINT, "name": "retriever"}
        save_adapter(tmp_path / "shipped" / "retriever.safetensors", replace(retriever, about=about))
        monkeypatch.setattr("corpus.reader.SHIPPED", tmp_path / "shipped")
        folder = tmp_path / "set"
        folder.mkdir()
        rows = [
            {
                "question": "推进产业",
                "context": "推进光伏。社会保障卡应用。发展产业。",
                "answers": ["光伏"],
                "doc_id": str(n),
            }
            for n in range(40)
        ]
        (folder / "qa.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        out = tmp_path / "out"
        given = ["reader", "--questions", str(folder), "--held-out", "set=3", "--epochs", "1", "--out", str(out)]
        given += ["--start-from", "none"]
        assert door.main([*given, "--first-layer", "0", "--rank", "2", "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["test"]["answered"] == sum(held_out(str(n), 3) for n in range(40))
        assert said == json.loads((out / "log.json").read_text(encoding="utf-8"))
        assert (out / "reader.safetensors").stat().st_size < 3_000_000
        adapter = load_adapter(out / "reader.safetensors", bundled.FINGERPRINT, "reader")
        assert adapter.about["over"] == digest(retriever)
        judged = ["judge", "--questions", str(folder), "--reader", str(out / "reader.safetensors")]
        assert door.main([*judged, "--held-out", "set=3"]) == 0
        paragraphs, passages = json.loads(capsys.readouterr().out)["set"].values()
        assert paragraphs["answered"] == said["test"]["answered"]
        assert paragraphs["unanswered"] == 0 < passages["unanswered"]
        assert door.main([*judged, "--held-out", "set=0"]) == 2


class TestRefusal:
    def test_questions_over_documents_that_were_trained_on_or_are_not_held_are_left_out(
        self, seed_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        elsewhere = next(file for file in (f"{n}.txt" for n in range(99)) if held_out(file, 1))
        rows = [
            {"question": "社会保障卡由谁制发？", "answerable": True, "file": file}
            for file in (SEED.name, elsewhere, SEED.name)
        ]
        path = tmp_path / "drafted.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        assert len(list(cases(path, seed_index))) == 3
        assert held_out(SEED.name, 1)
        assert len(list(cases(path, seed_index, 1))) == 2
        with monkeypatch.context() as patched:
            patched.setattr(refusing, "held_out", lambda _file, _tenths: False)
            assert not list(cases(path, seed_index, 1))
        path.write_text(json.dumps({"question": "社会保障卡", "answerable": True}), encoding="utf-8")
        with pytest.raises(InputError, match="file"):
            list(cases(path, seed_index, 1))

    def test_the_weights_tell_apart_what_the_features_tell_apart(self, capsys: pytest.CaptureFixture[str]) -> None:
        draw = random.Random(2)
        width = len(WEIGHTS)
        made = [
            Case(n % 2 == 0, False, tuple(draw.gauss(2 * (n % 2 == 0), 1) for _ in range(width))) for n in range(80)
        ]
        fitted = fit_refusal(made)
        assert all(weight > 0 for weight in fitted.weights.values())
        thresholds, f1, over, recall = zip(*fitted.table, strict=True)
        assert list(thresholds) == sorted(thresholds)
        assert max(f1) > 0.9
        assert list(over) == sorted(over)
        assert list(recall) == sorted(recall)
        door._fit("中文", made, Console(stderr=True))
        assert f"INTERCEPT = {fitted.intercept}" in capsys.readouterr().err
        assert door.main(["refusal", "--set", "no.jsonl", "no", "--held-out", "other=2"]) == 2
        assert "no=5" in capsys.readouterr().err
