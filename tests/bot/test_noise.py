from random import Random

from bot.noise import noise
from bot.vary import VARIED, hand_written, read_examples, read_words
from vietnamese.text import has_diacritics


def made(seed: int) -> list[str]:
    return list(noise(read_words()["noise"], Random(seed)))  # noqa: S311  Nothing secret.


def test_the_same_seed_makes_the_same_noise() -> None:
    assert made(1) == made(1)
    assert made(1) != made(2)


def test_noise_is_as_much_as_is_said_and_has_words_in_it() -> None:
    texts = made(1)

    assert len(texts) == read_words()["noise"]["many"]
    assert all(1 <= len(text.split()) <= 60 and text.strip() == text for text in texts)


def test_noise_comes_with_and_without_diacritics() -> None:
    accented = sum(has_diacritics(text) for text in made(1))

    assert 50 <= accented <= 150


def test_noise_is_learnt_as_what_is_not_understood() -> None:
    learnt = read_examples(VARIED)

    assert len(learnt["nlu_fallback"]) >= 150
    assert not set(learnt["nlu_fallback"]) & {t for texts in hand_written().values() for t in texts}
