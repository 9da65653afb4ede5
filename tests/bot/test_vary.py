from bot.vary import read_examples, unaccented_file, variants


def test_writes_examples_without_diacritics() -> None:
    assert variants({"greet": ["Xin chào", "hi"]}) == {"greet": ["xin chao"]}


def test_leaves_out_what_somebody_wrote_already() -> None:
    assert variants({"greet": ["xin chào", "xin chao"]}) == {"greet": []}


def test_leaves_out_what_two_intents_would_share() -> None:
    examples = {"affirm": ["đúng", "chuẩn"], "goodbye": ["dừng"]}

    assert variants(examples) == {"affirm": ["chuan"], "goodbye": []}


def test_the_file_can_be_read_again(tmp_path) -> None:
    path = tmp_path / "unaccented.yml"
    path.write_text(unaccented_file({"greet": ["chào: bạn", "hi"], "choose": ["1"]}))

    assert read_examples(path) == {"greet": ["chao: ban"]}
