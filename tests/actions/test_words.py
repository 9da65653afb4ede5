import pytest

from actions.words import Words

WORDS = Words.load()


@pytest.mark.parametrize("text", ["Xem thêm", "xem them", "em xem thêm đi ạ", "còn gì nữa không?"])
def test_knows_a_phrase_with_small_words_around_it(text: str) -> None:
    assert WORDS.says("more", text)


@pytest.mark.parametrize("text", ["", "ạ", "xem thêm khai sinh", "thêm"])
def test_takes_nothing_else_for_a_phrase(text: str) -> None:
    assert not WORDS.says("more", text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("không phải, ý tôi là khai tử", "khai tử"),
        ("ko phai, y em la khai tu", "khai tu"),
        ("ý là khai tử á", "khai tử á"),
        ("làm khai sinh", None),
        ("không có giấy tờ thì sao", None),
    ],
)
def test_reads_what_is_meant_instead(text: str, meant: str | None) -> None:
    assert WORDS.meant(text, refusing=False) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("không phải", ""),
        ("dạ không", None),
        ("không phải mấy cái này đâu bạn", ""),
        ("thôi không cần nữa", ""),
        ("sai rồi, khai tử cơ", "khai tử cơ"),
        ("không phải khai sinh mà là khai tử", "khai tử"),
        ("khai tử", None),
    ],
)
def test_reads_a_refusal_where_one_is_known_to_be(text: str, meant: str | None) -> None:
    assert WORDS.meant(text, refusing=True) == meant


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("quay lại cái lúc nãy", ""),
        ("quay lại thủ tục khai sinh hồi nãy", "thủ tục khai sinh"),
        ("tro lai cai truoc do, le phi bao nhieu", "cai le phi bao nhieu"),
    ],
)
def test_leaves_what_is_said_beyond_a_phrase(text: str, rest: str) -> None:
    assert WORDS.beyond("back", text) == rest


@pytest.mark.parametrize("kind", ["more", "all_cases", "ask_agency", "ask_person"])
def test_a_button_says_what_it_is_understood_as(kind: str) -> None:
    assert WORDS.says(kind, WORDS.button(kind)["payload"])
