"""Which messages say something of their own: what happened, a reason, an answer."""

from actions.words import Words
from vietnamese.words import syllables

LEAST = 3  # Syllables that tell anything.
TELLING = 5  # Syllables that tell something though something else was asked.
# Answers and commands of ours, however politely said.
EMPTY = (
    "report_yes",
    "report_other",
    "report_skip",
    "report_refuse",
    "report_leave",
    "report_wrong",
    "retry",
    "unsure",
    "more",
    "all_cases",
    "ask_agency",
    "ask_person",
    "solved",
    "not_solved",
)


class Content:
    def __init__(self, words: Words) -> None:
        self._words = words

    def tells(self, text: str, least: int = LEAST) -> bool:
        """Whether it is more than a button, a yes or no, or a bare wish to report something."""
        if self._words.is_button(text) or any(self._words.says(kind, text) for kind in EMPTY):
            return False
        return len(syllables(self._words.beyond("report_wish", text))) >= least
