"""Keep citizens' words out of Rasa's log: its REST channel writes a message that it could not
answer in time, or at all, whole and as an error. What is left says that it happened.
"""

import logging

NAME = "rasa.core.channels.rest"


def without_words(record: logging.LogRecord) -> bool:
    record.msg, record.args = "a message was not answered; the gateway apologised", ()
    return True


def install() -> None:
    """Take effect once, however often it is called."""
    logger = logging.getLogger(NAME)
    if without_words not in logger.filters:
        logger.addFilter(without_words)
