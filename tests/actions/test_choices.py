import pytest

from actions.choices import ChoiceReader, Pick
from knowledge.client import Choice
from tests.actions.talk import BIRTH, BIRTHS

READER = ChoiceReader.load()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 0),
        ("số 2", 1),
        ("so 2", 1),
        ("2 ạ", 1),
        ("cái thứ hai", 1),
        ("cai thu hai nha", 1),
        ("dạ em chọn cái thứ ba ạ", 2),
        ("lựa chọn 3", 2),
        ("cái đầu tiên", 0),
        ("cái dưới cùng", 2),
        ("cai cuoi cung", 2),
        ("cái áp chót", 1),
        ("cái ở giữa", 1),
        ("một", 0),
        ("ba", 2),
        ("the first one", 0),
    ],
)
def test_reads_a_place_in_the_list(text: str, place: int) -> None:
    assert READER.pick(text, BIRTHS) == Pick(place)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Đăng ký khai sinh", 0),
        ("dang ky khai sinh", 0),
        ("có yếu tố nước ngoài", 1),
        ("cái yeu to nuoc ngoai ấy", None),
        ("đăng ký lại", 2),
    ],
)
def test_reads_the_words_of_a_title(text: str, place: int | None) -> None:
    pick = READER.pick(text, BIRTHS)

    assert pick == (Pick(place) if place is not None else None)


@pytest.mark.parametrize("text", ["7", "số 12", "cái thứ tư"])
def test_notices_a_place_that_the_list_does_not_have(text: str) -> None:
    assert READER.pick(text, BIRTHS) == Pick(None)


def test_keeps_what_is_asked_beside_the_place() -> None:
    assert READER.pick("số 2, lệ phí bao nhiêu", BIRTHS) == Pick(1, "lệ phí bao nhiêu")


@pytest.mark.parametrize(
    "text",
    [
        "làm hộ chiếu cho con 3 tuổi",
        "2 bộ hồ sơ phải không",
        "hai vợ chồng chưa cưới thì sao",
        "2026",
        "bà nội em làm giúp được không",
        "khai sinh",
        "",
        "🙂",
    ],
)
def test_takes_no_other_words_for_a_choice(text: str) -> None:
    assert READER.pick(text, BIRTHS) is None


def test_a_title_that_stands_twice_is_no_choice() -> None:
    assert READER.pick(BIRTH.title, (BIRTH, BIRTH)) is None


@pytest.mark.parametrize(("text", "points"), [("số 2", True), ("9", True), ("khai sinh", False)])
def test_knows_a_place_without_a_list(text: str, points: bool) -> None:
    assert READER.points(text) is points


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tôi đang ở nhà thuê", 1),
        ("toi dang o nha thue", 1),
        ("nhà của mình", 0),
        ("của mình", None),
        ("nhà thuê hay nhà công vụ cũng được", None),
        ("thuê", None),
    ],
)
def test_tells_cases_apart_by_what_only_one_has(text: str, place: int | None) -> None:
    titles = ["Nhà của mình", "Nhà thuê, mượn", "Nhà công vụ của mình"]
    cases = [Choice(str(number), title) for number, title in enumerate(titles, 1)]

    assert READER.nearest(text, cases) == (cases[place] if place is not None else None)


def test_the_words_of_the_procedure_say_nothing_about_the_case() -> None:
    cases = [Choice("1", "Đăng ký theo danh sách"), Choice("2", "Ở nơi đóng quân")]

    assert READER.nearest("đăng ký kết hôn", cases) == cases[0]
    assert READER.nearest("đăng ký kết hôn", cases, of="Đăng ký tạm trú") is None


def test_no_entry_stands_in_the_middle_of_an_even_list() -> None:
    assert READER.pick("cái ở giữa", BIRTHS[:2]) == Pick(None)


def test_a_word_points_at_the_title_that_writes_it_the_same_way() -> None:
    choices = (Choice("1", "Khai thuế từ chuyển nhượng"), Choice("2", "Tách thửa đất"))

    assert ChoiceReader.load().pick("khai tử", choices) is None
    assert ChoiceReader.load().pick("khai tu", choices) == Pick(0)
    assert ChoiceReader.load().pick("tach thua", choices) == Pick(1)
