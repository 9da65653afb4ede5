"""Says an answer through the domain's responses: no sentence for citizens lives in Python."""

import re
from collections.abc import Sequence

from rasa_sdk.executor import CollectingDispatcher

from knowledge.client import Answer, AnswerStatus, Choice, Provenance

BUTTON = 60  # Characters of a button; the list in the text has the whole title.


def say(dispatcher: CollectingDispatcher, answer: Answer, *, hotline: str) -> None:
    """Say how a question ended; every status says something."""
    if answer.sections:
        _say_sections(dispatcher, answer)
    elif answer.status is AnswerStatus.CLARIFY_PROCEDURE:
        offer(dispatcher, answer.choices, family=answer.family)
    else:
        dispatcher.utter_message(
            response=f"utter_{answer.status.value}", hotline=hotline, title=_title(answer)
        )
    if answer.provenance:
        _say_source(dispatcher, answer.provenance)
    if answer.procedure and answer.choices:
        offer(dispatcher, answer.choices, response="utter_still_in_force")


def offer(
    dispatcher: CollectingDispatcher,
    choices: Sequence[Choice],
    *,
    family: str = "",
    response: str = "",
) -> None:
    """Ask which procedure is meant; of a family, which case of it."""
    numbered = [f"{place}. {choice.title}" for place, choice in enumerate(choices, start=1)]
    titles = [choice.title for choice in choices]
    buttons = [
        {
            "title": shortened(line, BUTTON),
            "payload": title if titles.count(title) == 1 else str(place),
        }
        for place, (line, title) in enumerate(zip(numbered, titles, strict=True), start=1)
    ]
    dispatcher.utter_message(
        response=response or ("utter_clarify_sibling" if family else "utter_clarify_procedure"),
        family=family,
        options="\n".join(numbered),
        buttons=buttons,
    )


def shortened(text: str, longest: int) -> str:
    """Cut a text at a word.

    >>> shortened("1. Đăng ký khai sinh có yếu tố nước ngoài", 25)
    '1. Đăng ký khai sinh có…'
    """
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0] + "…"


def _say_sections(dispatcher: CollectingDispatcher, answer: Answer) -> None:
    """One message for each part, the first under the procedure's title."""
    first, *others = [_unbroken(section.text) for section in answer.sections]
    dispatcher.utter_message(response="utter_answer", title=_title(answer), section=first)
    for text in others:
        dispatcher.utter_message(text=text)


def _unbroken(text: str) -> str:
    """Without empty lines: Rasa's channels start a new message at each.

    >>> _unbroken("a\\n\\n\\nb")
    'a\\nb'
    """
    return re.sub(r"\n\s*\n", "\n", text)


def _title(answer: Answer) -> str:
    return answer.procedure.title if answer.procedure else ""


def _say_source(dispatcher: CollectingDispatcher, provenance: Provenance) -> None:
    dispatcher.utter_message(text=_unbroken(provenance.text))
    if provenance.url:
        source = {"title": provenance.title, "url": provenance.url}
        dispatcher.utter_message(json_message={"source": source})
