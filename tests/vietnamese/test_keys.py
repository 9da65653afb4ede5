import pytest

from vietnamese.keys import left_over


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("giaays", "giấy"), ("ddaang", "đâng"), ("ddawng", "đăng"), ("kys", "ký"), ("hooj", "hộ"),
        ("nguwowif", "người"), ("nguoiwf", "người"), ("truwowngf", "trường"), ("quyeets", "quyết"),
        ("lamf", "làm"), ("dduwowcj", "được"), ("huwu", "hưu"), ("thuwowng", "thương"),
        ("gia61y", "giấy"), ("d9a8ng", "đăng"), ("ho65", "hộ"), ("d9u7o7c5", "được"),
        ("truong72", "trường"), ("nguoi72", "người"),
    ],
)  # fmt: skip
def test_keys_of_telex_and_vni_spell_a_syllable(keys: str, word: str) -> None:
    assert left_over(keys) == word


@pytest.mark.parametrize(
    "word",
    ["b2", "a1", "ct07", "lop6", "cap1", "ky1", "thang3", "09", "2026", "xe", "web", "zalo",
     "online", "facebook", "ưới", "đăng", "w", "", "wwww", "sssss", "dddd"],
)  # fmt: skip
def test_numbers_names_and_words_are_no_keys_left_over(word: str) -> None:
    assert left_over(word) == ""
