import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from gateway.clean import clean, has_words

TYPED = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from("/ \t\n\r:\u200b\u202e\ufeff\x00EXTERNAL"),
    )
)
COMMANDS = st.lists(
    st.sampled_from(["/", "EXTERNAL:", "external: ", " ", "\u200b", "\x00", "\n"]), min_size=1
)


@given(TYPED)
def test_what_is_kept_prints_and_can_be_stored(text: str) -> None:
    cleaned = clean(text)

    cleaned.encode()
    kinds = {unicodedata.category(c) for c in cleaned if c != "\n"}
    assert kinds.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn"})
    assert unicodedata.is_normalized("NFC", cleaned)


@given(TYPED)
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(COMMANDS, TYPED)
def test_no_text_reaches_rasa_as_a_command(commands: list[str], text: str) -> None:
    cleaned = clean("".join(commands) + text)

    assert not cleaned.startswith("/")
    assert not cleaned.upper().startswith("EXTERNAL:")


def test_a_slash_inside_a_question_stays() -> None:
    assert clean("Mẫu số 01/HK ở đâu? và/hoặc") == "Mẫu số 01/HK ở đâu? và/hoặc"


def test_letters_with_loose_accents_become_the_usual_ones() -> None:
    loose = unicodedata.normalize("NFD", "Đăng ký khai sinh")

    assert clean(loose) == "Đăng ký khai sinh"


def test_line_breaks_stay_and_gaps_close() -> None:
    assert clean("  a\u00a0 b \r\n\r\n\r\n c\td ") == "a b\n\nc d"


def test_letters_that_print_nothing_are_no_words() -> None:
    assert clean("\u3164\u2800\u115f\ufe0f") == ""


def test_pictures_and_marks_are_no_words_but_digits_are() -> None:
    assert not has_words("👍🏽 ?!…")
    assert has_words("2")
