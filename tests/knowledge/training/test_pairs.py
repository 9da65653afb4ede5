"""Pairs, siblings and batches."""

from itertools import chain
from random import Random

import pytest

from knowledge.model import Procedure, Source
from knowledge.training.batches import batches
from knowledge.training.pairs import Pair, Topic, pairs, topics
from knowledge.training.siblings import Siblings, beginning
from vietnamese.text import normalise

SOURCE = Source("test", "2026-11-01")


def procedure(code: str, title: str, *keywords: str, field: str = "Hộ tịch") -> Procedure:
    return Procedure(code, title, SOURCE, fields=(field,), keywords=keywords)


BIRTH = procedure("1", "Đăng ký khai sinh", "làm khai sinh cho con", "con mới đẻ cần giấy gì")
ABROAD = procedure("2", "Đăng ký khai sinh có yếu tố nước ngoài", "bố bé là người Hàn")
AGAIN = procedure("3", "Đăng ký lại khai sinh", "mất giấy khai sinh bản gốc")
WEDDING = procedure("4", "Đăng ký kết hôn", "cưới xong ra xã làm gì", "đăng ký kết hôn")
LICENCE = procedure("5", "Cấp đổi giấy phép lái xe", "đổi bằng lái", field="Đường bộ")
ALL = [BIRTH, ABROAD, AGAIN, WEDDING, LICENCE]


class TestTopics:
    def test_procedures_of_one_title_are_one_topic(self) -> None:
        province = procedure("9", "Thủ tục đăng ký khai sinh", "khai sinh trễ hạn")

        [topic] = topics([BIRTH, province])

        assert topic.title == "đăng ký khai sinh"
        assert topic.phrases == (*BIRTH.keywords, *province.keywords)

    def test_a_phrase_of_several_topics_is_left_out(self) -> None:
        again = procedure("9", "Đăng ký lại khai sinh", "Làm khai sinh cho con")

        found = topics([BIRTH, again])

        assert [topic.phrases for topic in found] == [("con mới đẻ cần giấy gì",), ()]

    def test_the_title_is_no_phrase_of_its_own(self) -> None:
        [topic] = topics([WEDDING])

        assert topic.phrases == ("cưới xong ra xã làm gì",)

    def test_an_excluded_code_takes_its_whole_title_out(self) -> None:
        province = procedure("9", "Thủ tục đăng ký khai sinh", "khai sinh trễ hạn")

        found = topics([BIRTH, province, WEDDING], excluded={"1"})

        assert [topic.title for topic in found] == ["đăng ký kết hôn"]


class TestPairs:
    def test_every_phrase_leads_to_its_title_or_to_another_phrase_of_it(self) -> None:
        by_title = {topic.title: topic for topic in topics(ALL)}

        made = list(chain.from_iterable(pairs(by_title.values(), chance(n)) for n in range(40)))

        assert len(made) == 40 * 6
        assert {pair.positive == pair.topic for pair in made} == {True, False}
        for pair in made:
            topic = by_title[pair.topic]
            assert pair.positive in {topic.title, *topic.phrases}
            assert pair.query == normalise(pair.query)

    def test_a_query_as_it_was_written_is_not_its_own_answer(self) -> None:
        for number in range(40):
            for pair in pairs(topics(ALL), chance(number)):
                assert pair.query != pair.positive

    def test_the_same_chance_gives_the_same_pairs(self) -> None:
        assert pairs(topics(ALL), chance(5)) == pairs(topics(ALL), chance(5))


class TestSiblings:
    def test_the_titles_that_share_most_words_come_first(self) -> None:
        siblings = Siblings(topics(ALL))

        assert siblings.of("đăng ký khai sinh") == [
            "đăng ký lại khai sinh",
            "đăng ký khai sinh có yếu tố nước ngoài",
            "đăng ký kết hôn",
        ]

    def test_a_title_alone_in_its_field_has_siblings_elsewhere(self) -> None:
        assert len(Siblings(topics(ALL)).of("cấp đổi giấy phép lái xe")) == 4

    def test_titles_that_begin_alike_are_none(self) -> None:
        long = "cấp giấy chứng nhận " * 8
        alike = [procedure("1", f"{long} hạng {n}", "xin giấy chứng nhận") for n in "ab"]

        found = topics([*alike, BIRTH])

        assert Siblings(found).of(found[0].title) == ["đăng ký khai sinh"]


class TestBatches:
    @pytest.fixture
    def found(self) -> list[Topic]:
        words = ("cấp", "đổi", "gia hạn", "thu hồi", "cấp lại")
        things = ("giấy phép xây dựng", "thẻ căn cước", "chứng chỉ hành nghề", "phù hiệu xe")
        return [
            Topic(
                f"{word} {thing}", frozenset({thing}), tuple(f"{word} {thing} {n}" for n in "abc")
            )
            for word in words
            for thing in things
        ]

    def test_are_full_and_of_different_topics(self, found: list[Topic]) -> None:
        made = list(batches(pairs(found, chance(1)), Siblings(found), 8))

        assert len(made) >= 6
        for batch in made:
            assert len({pair.topic for pair in batch}) == len(batch) == 8

    def test_no_pair_is_used_twice(self, found: list[Topic]) -> None:
        made = list(chain.from_iterable(batches(pairs(found, chance(1)), Siblings(found), 8)))

        assert len(made) == len(set(made))

    def test_a_pair_is_beside_pairs_of_its_siblings(self, found: list[Topic]) -> None:
        siblings = Siblings(found)

        [batch, *_] = batches(pairs(found, chance(1)), siblings, 8)

        together = {pair.topic for pair in batch}
        assert all(together & set(siblings.of(topic)) for topic in together)

    def test_titles_that_begin_alike_do_not_meet(self) -> None:
        long = "cấp giấy chứng nhận " * 8
        found = [Topic(f"{long} hạng {n}", frozenset("f"), (f"giấy {n}",)) for n in range(9)]
        made = [Pair(f"giấy {n}", topic.title, topic.title) for n, topic in enumerate(found)]

        assert len({beginning(topic.title) for topic in found}) == 1
        assert list(batches(made, Siblings(found), 2)) == []


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311
