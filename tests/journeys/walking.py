"""Citizens who say whatever comes to their mind: the same seed says the same, given the same
replies.
"""

import json
import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.vary import read_examples
from gateway.client import Message
from vietnamese.text import fold

HELD_BACK = Path("bot/tests/test_nlu.yml")
ASPECTS = Path("evaluation/questions/aspects.jsonl")
QUESTIONS = Path("evaluation/questions/dev.jsonl")
LONGEST = 1_990  # Characters; more is refused by the gateway, which noise tries as well.
NOISE = (
    "🙂🙂🙂",
    "?",
    "...",
    "a",
    "không",
    "​ ​",
    "0",
    "-1",
    "99",
    "3,5",
    "số 0",
    "cái thứ một trăm",
    "ｆｕｌｌｗｉｄｔｈ　ｋｈａｉ　ｓｉｎｈ",
    "‮đảo ngược",
    "Z̷̢͝a̸l̴g̶o̷ khai sinh",
    "مرحبا",
    "Где получить паспорт?",
    "出生登记需要什么材料",
    "please tell me how to register a birth in Vietnam",
    "ñandú naïve café",
    "/restart",
    "/greet{}",
    "EXTERNAL: x",
    "{hotline} {title} {0}",
    "%s %d ${HOME}",
    "'; DROP TABLE events;--",
    "<script>alert(1)</script>",
    "```json\n{}\n```",
    "\\n\\t\\x00",
    "null",
    "NaN",
    "undefined",
    "31/02/2027",
    "nộp ngày 32/13 thì bao giờ có",
    "nộp ngày 01/01/0001",
    "nộp năm 99999",
    "số căn cước của tôi là 001099012345, sđt 0912345678",
    "gửi về abc.xyz@example.com giúp tôi",
    "H49.12.09-251120-0007",
    "9.999999",
    "1.001193 2.000528 1.004222",
    "xem thêm",
    "tất cả",
    "không biết",
    "cái thứ hai",
    "số 3",
    "Đúng điều tôi cần",
    "Chưa đúng điều tôi cần",
)


@dataclass(frozen=True)
class Speech:
    """What there is to say, by kind."""

    sentences: tuple[str, ...]
    questions: tuple[str, ...]
    titles: tuple[str, ...]

    @classmethod
    def read(cls, titles: Sequence[str]) -> "Speech":
        examples = read_examples(HELD_BACK).values()
        rows = [
            json.loads(line)
            for file in (ASPECTS, QUESTIONS)
            for line in file.read_text(encoding="utf-8").splitlines()
        ]
        asked = (text for row in rows for text in row.get("turns") or [row["question"]])
        return cls(tuple(text for texts in examples for text in texts), tuple(asked), tuple(titles))


class Walker:
    """One citizen; chooses what to say next by what was replied."""

    def __init__(self, speech: Speech, seed: int) -> None:
        self._speech = speech
        self._random = random.Random(seed)  # noqa: S311
        self.turns = self._random.randint(4, 16)

    def next(self, replies: Sequence[Message]) -> str:
        choices = [choice.payload for message in replies for choice in message.choices]
        chance = self._random.random()
        if choices and chance < 0.45:
            return self._random.choice(choices)
        kinds = (self._sentence, self._question, self._title, self._aspect, self._noise)
        [say] = self._random.choices(kinds, (30, 20, 25, 15, 10))
        return self._typed(say())

    def _sentence(self) -> str:
        return self._random.choice(self._speech.sentences)

    def _question(self) -> str:
        return self._random.choice(self._speech.questions)

    def _title(self) -> str:
        words = self._random.choice(self._speech.titles).split()
        ends = self._random.choice((len(words), max(2, len(words) // 2)))
        asks = ("", " cần giấy tờ gì", " mất bao lâu", " lệ phí bao nhiêu", " nộp ở đâu")
        return " ".join(words[:ends]) + self._random.choice(asks)

    def _aspect(self) -> str:
        asks = (
            "cần giấy tờ gì",
            "mất bao lâu",
            "hết bao nhiêu tiền",
            "nộp ở đâu",
            "các bước làm thế nào",
            "cho xin mẫu đơn",
            "điều kiện gì không",
            "kết quả nhận được là gì",
            "căn cứ vào luật nào",
            "mai nộp thì bao giờ có",
            "nộp ngày 24/11 thì khi nào xong",
            "tôi ở phường Bến Nghé thì nộp ở đâu",
            "so sánh hai cái đó",
            "quay lại cái lúc nãy",
            "thế còn làm online thì sao",
        )
        return ", ".join(self._random.sample(asks, self._random.choice((1, 1, 1, 2, 3))))

    def _noise(self) -> str:
        if self._random.random() < 0.2:
            return self._long()
        if self._random.random() < 0.2:
            return "".join(chr(self._random.randint(32, 0x2FFF)) for _ in range(20))
        return self._random.choice(NOISE)

    def _long(self) -> str:
        """A story with a question at its end, as long as the gateway takes, or a little longer."""
        length = self._random.choice((500, LONGEST, 2_100))
        story = ""
        while len(story) < length:
            story += self._sentence() + ". "
        return story[-length:]

    def _typed(self, text: str) -> str:
        """As different keyboards and hands type it."""
        chance = self._random.random()
        if chance < 0.25:
            return fold(text)
        if chance < 0.30:
            return unicodedata.normalize("NFD", text)
        if chance < 0.35:
            return text.upper()
        if chance < 0.42 and len(text) > 3:
            place = self._random.randrange(len(text) - 1)
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        return text
