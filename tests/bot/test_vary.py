import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.vary import (
    Varier,
    citizens_words,
    hand_written,
    names,
    read_examples,
    read_words,
    varied_file,
)
from bot.ways_of_typing import around, as_spoken, partly_plain, with_slip
from vietnamese.text import fold, has_diacritics

KINDS = ("plain", "partly", "slips", "spoken", "polite", "greeted")
NEVER: dict[str, int] = dict.fromkeys(KINDS, 0)
ALWAYS = dict.fromkeys(NEVER, 100)


def words(**changes: Any) -> dict[str, Any]:
    return {**read_words(), "shares": NEVER, "frame_shares": {}, **changes}


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  Nothing secret is drawn.


def plain() -> Varier:
    return Varier(words(shares=NEVER | {"plain": 100}), [])


def test_writes_examples_without_diacritics() -> None:
    assert plain().variants({"greet": ["Xin chào", "hi"]}) == {"greet": ["xin chao"]}


def test_leaves_out_what_somebody_wrote_already() -> None:
    assert plain().variants({"greet": ["xin chào", "xin chao"]}) == {"greet": []}


def test_leaves_out_what_two_intents_would_share() -> None:
    examples = {"affirm": ["đúng", "chuẩn"], "goodbye": ["dừng"]}

    assert plain().variants(examples) == {"affirm": ["chuan"], "goodbye": []}


def test_varies_an_example_in_every_way() -> None:
    made = Varier(words(shares=ALWAYS), []).variants({"complaint": ["tôi muốn khiếu nại"]})

    assert len(made["complaint"]) >= 4


def test_the_variants_of_an_example_do_not_depend_on_the_others() -> None:
    varier = Varier(words(shares=ALWAYS), [])
    alone = varier.variants({"complaint": ["tôi muốn khiếu nại"]})["complaint"]

    together = varier.variants({"complaint": ["gửi đơn thưa ở đâu", "tôi muốn khiếu nại"]})

    assert set(alone) <= set(together["complaint"])


def test_frames_name_procedures_and_their_parts() -> None:
    frames = words(frame_shares={"ask_procedure": 100})

    [made] = Varier(frames, ["tách hộ", "trạm xá"]).variants({"ask_procedure": ["x"]}).values()

    assert any("tách hộ" in text or "tach ho" in text for text in made)


def test_names_are_said_without_what_nobody_says(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.jsonl"
    titles = (
        "Thủ tục đăng ký khai tử",
        "Cấp điện (Cấp tỉnh)",
        "Khai lệ phí/ Miễn lệ phí",
        "x" * 99,
    )
    path.write_text("\n".join(json.dumps({"name": title}) for title in titles), encoding="utf-8")

    assert names(path) == ["đăng ký khai tử", "cấp điện", "khai lệ phí"]


def test_some_of_the_words_that_citizens_have_are_questions(tmp_path: Path) -> None:
    one = {"words": ["xin bản sao", "tôi khiếu nại", "x" * 99]}
    text = json.dumps([one, {"words": ["xin bản sao"]}])
    (tmp_path / "a.yml").write_text(text, encoding="utf-8")
    sample = {"one_in": 1, "longest": 90, "without": ["khiếu nại"]}

    asked = citizens_words(sample, tmp_path)

    assert asked == ["xin bản sao"]
    assert Varier(words(), [], asked).variants({"ask_procedure": ["đổi thẻ"], "greet": ["hi"]}) in (
        {"ask_procedure": [spelt], "greet": []} for spelt in (*asked, fold(asked[0]))
    )


@pytest.mark.parametrize("seed", range(20))
def test_a_slip_leaves_the_text_nearly_as_it_was(seed: int) -> None:
    text = "làm giấy khai sinh"

    slipped = with_slip(text, seeded(seed))

    assert slipped != text
    assert sum(a != b for a, b in zip(text.split(), slipped.split(), strict=True)) == 1


def test_some_words_lose_their_diacritics() -> None:
    read = {partly_plain("thủ tục đăng ký", seeded(seed)) for seed in range(20)}

    assert any(has_diacritics(text) and "thu tuc" in text for text in read)
    assert {fold(text) for text in read} == {"thu tuc dang ky"}


def test_words_are_written_as_in_a_chat() -> None:
    assert as_spoken("Không được", seeded(0), {"không": ["ko"], "được": ["dc"]}) == "ko dc"


def test_particles_stand_around_a_message_without_its_full_stop() -> None:
    said = {around("xong?", seeded(seed), {"before": ["dạ"], "after": ["ạ"]}) for seed in range(30)}

    assert said == {"dạ xong?", "xong ạ", "dạ xong ạ"}


def test_every_intent_that_is_varied_exists() -> None:
    known, given = set(hand_written()), read_words()
    named = {intent for kind in given["polite"].values() for intent in kind["intents"]}

    assert named | set(given["greetings"]["intents"]) | set(given["frames"]) <= known
    assert set(given["frame_shares"]) == set(given["frames"])


def test_an_intent_in_two_files_has_the_examples_of_both() -> None:
    of_one_file = read_examples(Path("bot/nlu/urgent.yml"))["emergency"]

    assert len(hand_written()["emergency"]) > len(of_one_file)


def test_the_file_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "varied.yml"
    texts = [f"rõ: rồi {number}" for number in range(20)]
    path.write_text(varied_file({"solved": texts, "bot_identity": ["1"]}))

    assert any(text.startswith("ro: roi ") for text in read_examples(path)["solved"])


def test_the_same_examples_give_the_same_file() -> None:
    examples = {"complaint": ["tôi muốn khiếu nại", "tố cáo cán bộ ở đâu"]}

    assert varied_file(examples) == varied_file(examples)
