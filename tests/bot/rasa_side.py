"""Tests of bot/components, run by Rasa's own Python 3.10, which has no pytest.

test_components.py starts them: `.venv-rasa/bin/python -m unittest tests.bot.rasa_side`.
"""

import hashlib
import inspect
import tempfile
import unicodedata
import unittest
from pathlib import Path

import numpy as np
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from bot.components import fast_validation
from bot.components.careful_fallback import CarefulFallback
from bot.components.logistic_regression import fitted
from bot.components.meant_text import MeantText
from bot.components.sentence_embedder import SentenceEmbedder, embed, embed_many
from bot.components.tfidf_featurizer import TfidfFeaturizer
from bot.components.tokenizer import VietnameseTokenizer, text_of

# Of the method of Rasa 3.6.21 that bot/components/fast_validation.py replaces.
PATCHED = "f8cdb4be6812396167ced74161b2ccd65c5ea676ad86d7d359d8c322d9d8dc42"


def message(text: str) -> Message:
    one = Message({TEXT: text})
    VietnameseTokenizer(VietnameseTokenizer.get_default_config()).process([one])
    return one


class Tokenizer(unittest.TestCase):
    def test_keeps_accents_in_the_text_and_folds_the_lemma(self) -> None:
        tokens = message("Đăng ký Khai sinh?").get(TOKENS_NAMES[TEXT])

        self.assertEqual([t.text for t in tokens], ["đăng", "ký", "khai", "sinh"])
        self.assertEqual([t.lemma for t in tokens], ["dang", "ky", "khai", "sinh"])

    def test_tokens_keep_their_place(self) -> None:
        tokens = message("đổi GPLX, hạng B").get(TOKENS_NAMES[TEXT])

        self.assertEqual((tokens[1].start, tokens[1].end), (4, 8))
        self.assertEqual(tokens[1].text, "giấy phép lái xe")

    def test_decomposed_text_is_the_same_text(self) -> None:
        composed, decomposed = (
            "thủ tục khai sinh",
            unicodedata.normalize("NFD", "thủ tục khai sinh"),
        )

        self.assertEqual(
            text_of(message(composed), folded=False), text_of(message(decomposed), folded=False)
        )

    def test_a_short_form_is_read_by_its_neighbours(self) -> None:
        read = text_of(message("hs nghèo nộp hs"), folded=False)

        self.assertEqual(read, "học sinh nghèo nộp hồ sơ")

    def test_the_code_of_a_dossier_reads_as_words(self) -> None:
        for code in ("H49.12.09-251120-0007", "000.00.19.H26-261020-0004", "g22.99-261001-00088"):
            tokens = message(f"{code}, xong chưa").get(TOKENS_NAMES[TEXT])

            self.assertEqual([t.text for t in tokens], ["mã hồ sơ", "xong", "chưa"], code)
            self.assertEqual((tokens[0].start, tokens[0].end), (0, len(code)))

    def test_other_numbers_stay_numbers(self) -> None:
        for text in ("113", "20/11", "0912-345-678", "2026-11-22"):
            self.assertNotIn("hồ sơ", text_of(message(text), folded=False), text)

    def test_a_text_without_letters_is_one_token(self) -> None:
        for text in ("🙂🙂", "???", " ", "\u200b", "\ud83d"):
            self.assertEqual(len(message(text).get(TOKENS_NAMES[TEXT])), 1, repr(text))


class Tfidf(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.storage = LocalModelStorage.create(Path(folder.name))
        self.resource = Resource("tfidf")
        self.context = ExecutionContext(GraphSchema({}), node_name="tfidf")
        self.config = {**TfidfFeaturizer.get_default_config(), "seen": 1}

    def trained(self) -> TfidfFeaturizer:
        examples = []
        for text in ("đăng ký khai sinh", "xin chào", "cảm ơn bạn"):
            one = message(text)
            one.set(INTENT, "any")
            examples.append(one)
        made = TfidfFeaturizer.create(self.config, self.storage, self.resource, self.context)
        made.train(TrainingData(examples))
        return made

    def vector(self, featurizer: TfidfFeaturizer, text: str) -> np.ndarray:
        one = message(text)
        featurizer.process([one])
        _, sentence = one.get_sparse_features(TEXT)
        return np.asarray(sentence.features.todense())

    def test_what_was_learnt_is_loaded_again(self) -> None:
        trained = self.trained()
        loaded = TfidfFeaturizer.load(self.config, self.storage, self.resource, self.context)

        np.testing.assert_allclose(
            self.vector(trained, "khai sinh"), self.vector(loaded, "khai sinh"), rtol=1e-6
        )

    def test_the_accented_and_the_plain_spelling_share_features(self) -> None:
        trained = self.trained()
        shared = self.vector(trained, "cảm ơn") @ self.vector(trained, "cam on").T

        self.assertGreater(shared[0, 0], self.config["scale"] ** 2)

    def test_a_message_without_a_known_letter_has_a_vector_too(self) -> None:
        trained = self.trained()

        self.assertEqual(self.vector(trained, "🙂").shape, self.vector(trained, "khai sinh").shape)

    def test_many_messages_at_once_are_read_as_one_by_one(self) -> None:
        trained = self.trained()
        together = [message("đăng ký kết hôn"), message("🙂")]
        trained.process(together)

        for one in together:
            _, sentence = one.get_sparse_features(TEXT)
            alone = self.vector(trained, one.get(TEXT))
            np.testing.assert_array_equal(np.asarray(sentence.features.todense()), alone)


class Regression(unittest.TestCase):
    def test_finds_what_scikit_learn_finds(self) -> None:
        random = np.random.default_rng(7)
        sparse = csr_matrix(random.random((90, 20)) * (random.random((90, 20)) < 0.3))
        dense = random.normal(size=(90, 5)).astype(np.float32)
        classes = np.repeat([0, 1, 2], [50, 30, 10])
        known = LogisticRegression(class_weight="balanced", max_iter=500, tol=1e-6)
        known.fit(hstack([sparse, dense]), classes)

        weights, steps = fitted(
            sparse.astype(np.float32), dense, classes, tolerance=1e-6, most_steps=500
        )

        self.assertGreater(steps, 1)
        np.testing.assert_allclose(weights[:-1].T, known.coef_, atol=5e-3)
        np.testing.assert_allclose(
            weights[-1] - weights[-1].mean(), known.intercept_ - known.intercept_.mean(), atol=5e-3
        )


class Meant(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.storage = LocalModelStorage.create(Path(folder.name))
        self.resource = Resource("meant")
        self.context = ExecutionContext(GraphSchema({}), node_name="meant")

    def trained(self) -> MeantText:
        texts = ("thủ tục đăng ký khai sinh", "tôi muốn khiếu nại", "làm hộ chiếu mất bao lâu")
        made = MeantText.create({}, self.storage, self.resource, self.context)
        made.train(TrainingData([message(text) for text in texts]))
        return made

    def read(self, component: MeantText, text: str) -> tuple[str, str]:
        one = message(text)
        component.process([one])
        return text_of(one, folded=False), text_of(one, folded=True)

    def test_a_text_is_read_with_its_diacritics(self) -> None:
        meant, typed = self.read(self.trained(), "lam ho chieu mat bao lau")

        self.assertEqual(meant, "làm hộ chiếu mất bao lâu")
        self.assertEqual(typed, "lam ho chieu mat bao lau")

    def test_what_was_learnt_is_loaded_again(self) -> None:
        self.trained()
        loaded = MeantText.load({}, self.storage, self.resource, self.context)

        self.assertEqual(self.read(loaded, "toi muon khieu nai")[0], "tôi muốn khiếu nại")

    def test_strange_text_stays(self) -> None:
        trained = self.trained()
        for text in ("👍", "???", "hello", "113"):
            self.assertEqual(self.read(trained, text)[0], text)

    def test_training_starts_again_when_the_tables_of_words_change(self) -> None:
        self.assertEqual(MeantText.fingerprint_addon({}), VietnameseTokenizer.fingerprint_addon({}))


class Fallback(unittest.TestCase):
    """What is taken for what it seems to be, and what the catalogue is asked."""

    def read(self, *ranking: tuple[str, float]) -> str:
        settings = {"threshold": 0.4, "thresholds": {"abuse": 0.6}, "urgent": {"emergency": 0.3}}
        context = ExecutionContext(GraphSchema({}), node_name="fallback")
        config = {**CarefulFallback.get_default_config(), **settings}
        ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
        one = Message({TEXT: "x", INTENT: ranked[0], "intent_ranking": ranked})
        CarefulFallback.create(config, None, None, context).process([one])
        self.assertEqual(one.get("intent_ranking")[0], one.get(INTENT))
        return str(one.get(INTENT)["name"])

    def test_a_sure_reading_stays(self) -> None:
        self.assertEqual(self.read(("greet", 0.9), ("thank", 0.1)), "greet")

    def test_an_unsure_one_goes_to_the_catalogue(self) -> None:
        self.assertEqual(self.read(("greet", 0.35), ("thank", 0.1)), "nlu_fallback")

    def test_an_intent_can_need_more(self) -> None:
        self.assertEqual(self.read(("abuse", 0.55), ("thank", 0.1)), "nlu_fallback")
        self.assertEqual(self.read(("abuse", 0.65), ("thank", 0.1)), "abuse")

    def test_an_emergency_needs_no_majority(self) -> None:
        self.assertEqual(self.read(("ask_procedure", 0.6), ("emergency", 0.35)), "emergency")
        self.assertEqual(self.read(("ask_procedure", 0.6), ("emergency", 0.25)), "ask_procedure")

    def test_near_ties_are_no_reason_to_give_up(self) -> None:
        self.assertEqual(self.read(("greet", 0.45), ("thank", 0.44)), "greet")


class Embedder(unittest.TestCase):
    def vector(self, text: str, **config: object) -> np.ndarray:
        context = ExecutionContext(GraphSchema({}), node_name="embedder")
        settings = {**SentenceEmbedder.get_default_config(), **config}
        embedder = SentenceEmbedder.create(settings, None, None, context)
        one = message(text)
        embedder.process([one])
        _, sentence = one.get_dense_features(TEXT)
        return sentence.features

    def test_the_vector_has_the_length_of_its_weight(self) -> None:
        self.assertAlmostEqual(float(np.linalg.norm(self.vector("chào", scale=7.0))), 7.0, places=3)

    def test_near_in_meaning_is_near(self) -> None:
        asked, near, far = (self.vector(t)[0] for t in ("hộ chiếu", "passport", "bóng đá"))

        self.assertGreater(asked @ near, asked @ far)

    def test_decomposed_text_has_the_same_vector(self) -> None:
        text = "thủ tục cấp hộ chiếu"

        np.testing.assert_array_equal(
            self.vector(text), self.vector(unicodedata.normalize("NFD", text))
        )

    def test_strange_text_has_a_vector(self) -> None:
        for text in ("", "🙂", "\ud83d", "\x00", "a" * 10_000):
            self.assertEqual(self.vector(text).shape, (1, 384), repr(text[:5]))

    def test_the_end_of_a_long_story_is_heard(self) -> None:
        story = "hôm qua tôi đi chợ " * 500

        self.assertFalse(
            np.array_equal(self.vector(story + "khai sinh"), self.vector(story + "hộ chiếu"))
        )

    def test_many_texts_have_the_vectors_of_each(self) -> None:
        texts = [f"cho hỏi {'thủ tục ' * (number % 9)}{number}" for number in range(70)]
        vectors = embed_many([*texts, "", "\ud83d"])

        self.assertEqual(len(vectors), 72)
        for text, vector in vectors.items():
            np.testing.assert_allclose(vector, embed(text), atol=1e-5)

    def test_a_vector_is_computed_once(self) -> None:
        embed("xin chào các bạn")
        before = embed.cache_info().hits
        embed("xin chào các bạn")

        self.assertEqual(embed.cache_info().hits, before + 1)


class FastValidation(unittest.TestCase):
    """The replaced method is private: a new Rasa may change what it must do."""

    def setUp(self) -> None:
        self.action = RemoteAction("action_any", None)

    def test_the_method_is_still_the_one_that_was_replaced(self) -> None:
        source = inspect.getsource(fast_validation.ORIGINAL)

        self.assertEqual(hashlib.sha256(source.encode()).hexdigest(), PATCHED)

    def test_rasa_uses_the_fast_one(self) -> None:
        self.assertIs(RemoteAction._validate_action_result, fast_validation._validate_action_result)
        self.assertIn("self._validate_action_result(", inspect.getsource(RemoteAction.run))

    def test_accepts_and_refuses_what_the_original_does(self) -> None:
        replies = (
            {"events": [], "responses": []},
            {
                "events": [{"event": "slot", "name": "a", "value": None}],
                "responses": [{"text": "x"}],
            },
            {},
            {"events": None, "responses": []},
            {"events": [{"name": "no event"}], "responses": []},
            {"events": {}, "responses": "x"},
            [],
            None,
        )
        for reply in replies:
            with self.subTest(reply=reply):
                self.assertEqual(
                    self.accepts(fast_validation._validate_action_result, reply),
                    self.accepts(fast_validation.ORIGINAL, reply),
                )

    def accepts(self, check: object, reply: object) -> bool:
        try:
            return bool(check(self.action, reply))
        except ValidationError:
            return False


if __name__ == "__main__":
    unittest.main()
