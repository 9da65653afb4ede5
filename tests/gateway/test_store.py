import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.conversation import Author, Mode
from gateway.database import Database, open_database
from gateway.forgetting import Forgetting
from gateway.messages import Reply
from gateway.store import NothingTold, Store, UnknownConversation
from tests.gateway.conftest import Clock
from tests.gateway.samples import FULL, a_message, asked, texts


async def test_a_message_that_comes_twice_is_kept_once(store: Store) -> None:
    first = await store.accept(a_message("một", message_id="m1"))
    again = await store.accept(a_message("một", message_id="m1"))

    assert (first, again) == (1, 1)
    assert await texts(store) == ["một"]


async def test_the_same_message_id_of_two_citizens_is_two_messages(store: Store) -> None:
    await store.accept(a_message("của An", user="an", message_id="m1"))
    await store.accept(a_message("của Bình", user="binh", message_id="m1"))

    assert await texts(store, "portal:an") == ["của An"]
    assert await texts(store, "portal:binh") == ["của Bình"]


async def test_messages_that_arrive_together_get_places_of_their_own(store: Store) -> None:
    await store.accept(a_message())

    places = await asyncio.gather(*(store.accept(a_message()) for _ in range(8)))

    assert sorted(places) == list(range(2, 10))


async def test_two_first_messages_at_once_begin_one_conversation(store: Store) -> None:
    places = await asyncio.gather(store.accept(a_message()), store.accept(a_message()))

    assert sorted(places) == [1, 2]


async def test_only_a_first_message_may_begin_a_conversation(store: Store) -> None:
    with pytest.raises(UnknownConversation):
        await store.accept(a_message(), begin=False)


async def test_turns_of_one_conversation_go_one_at_a_time_and_in_order(store: Store) -> None:
    for text in ("một", "hai"):
        await store.accept(a_message(text))

    first, meanwhile = await store.claim_turn(), await store.claim_turn()
    assert first is not None
    await store.finish_turn(first, [Reply("xong")])
    second = await store.claim_turn()

    assert first.text == "một"
    assert meanwhile is None
    assert second is not None
    assert second.text == "hai"


async def test_different_conversations_are_claimed_side_by_side(store: Store) -> None:
    await store.accept(a_message("của An", user="an"))
    await store.accept(a_message("của Bình", user="binh"))

    turns = [await store.claim_turn(), await store.claim_turn()]

    assert [turn and turn.text for turn in turns] == ["của An", "của Bình"]


async def test_workers_that_look_at_once_never_get_the_same_turn(store: Store) -> None:
    for user in "abcdef":
        await store.accept(a_message(user=user))

    turns = await asyncio.gather(*(store.claim_turn() for _ in range(12)))

    claimed = [turn.conversation for turn in turns if turn]
    assert len(claimed) == len(set(claimed))
    while turn := await store.claim_turn():  # Skipped while another worker held them.
        claimed.append(turn.conversation)
    assert len(set(claimed)) == 6


async def test_a_turn_left_behind_is_claimed_again_when_its_lease_ends(
    store: Store, clock: Clock
) -> None:
    left = await asked(store)

    assert await store.claim_turn() is None
    clock.advance(seconds=31)
    again = await store.claim_turn()

    assert again is not None
    assert (again.id, again.attempts) == (left.id, 2)


async def test_a_turn_given_back_is_claimed_at_once_and_not_counted(store: Store) -> None:
    turn = await asked(store)

    await store.release_turn(turn)
    again = await store.claim_turn()

    assert again is not None
    assert again.attempts == 1


async def test_a_worker_that_lost_its_lease_writes_nothing(store: Store, clock: Clock) -> None:
    late = await asked(store)
    clock.advance(seconds=31)
    again = await store.claim_turn()
    assert again is not None

    written = await store.finish_turn(again, [Reply("một lần")])
    twice = await store.finish_turn(late, [Reply("hai lần")])

    assert written is not None
    assert twice is None
    assert await texts(store) == ["xin chào", "một lần"]


async def test_the_thread_shows_replies_whole_and_can_be_resumed(store: Store) -> None:
    turn = await asked(store)
    await store.finish_turn(turn, [FULL, Reply("hai")])

    thread = await store.read_thread("portal:an")
    later = await store.read_thread("portal:an", after=2)

    assert [item.author for item in thread.items] == [Author.CITIZEN, Author.BOT, Author.BOT]
    assert thread.items[1].reply == FULL
    assert [item.reply.text for item in later.items] == ["hai"]


async def test_a_message_is_pending_until_its_reply_can_be_seen(store: Store) -> None:
    turn = await asked(store)
    before = await store.read_thread("portal:an")

    await store.finish_turn(turn, [Reply("xong")])
    after = await store.read_thread("portal:an")

    assert before.pending
    assert not after.pending


async def test_a_reply_behind_another_is_not_overtaken_by_what_follows(store: Store) -> None:
    first = await asked(store, "một")
    await store.finish_turn(first, [Reply("trả lời một")])  # Being sent, not sent yet.
    second = await asked(store, "hai")
    assert await store.finish_turn(second, [Reply("trả lời hai")]) == []
    await store.accept(a_message("ba"))

    thread = await store.read_thread("portal:an")

    assert [item.reply.text for item in thread.items] == ["một", "trả lời một", "hai"]
    assert thread.pending


async def test_the_bot_is_silent_when_staff_took_over_meanwhile(store: Store) -> None:
    turn = await asked(store)
    await store.set_mode("portal:an", Mode.STAFF)

    written = await store.finish_turn(turn, [Reply("bot nói chen vào")])

    assert written is None
    assert await texts(store) == ["xin chào"]
    assert not (await store.read_thread("portal:an")).pending


async def test_the_turn_that_hands_over_still_says_so(store: Store) -> None:
    turn = await asked(store)
    await store.set_mode("portal:an", Mode.WAITING)

    written = await store.finish_turn(turn, [Reply("đã chuyển cho cán bộ")])

    assert written


async def test_a_closed_conversation_is_the_bots_again_and_new_to_rasa(store: Store) -> None:
    before = await asked(store)
    await store.finish_turn(before, [Reply("xong")])
    await store.set_mode("portal:an", Mode.CLOSED)

    after = await asked(store)

    assert after.mode is Mode.BOT
    assert after.rasa_session != before.rasa_session


async def test_rasa_keeps_one_session_until_the_citizen_pauses(store: Store, clock: Clock) -> None:
    sessions = []
    for minutes in (0, 29, 31):
        clock.advance(minutes=minutes)
        turn = await asked(store)
        sessions.append(turn.rasa_session)
        await store.finish_turn(turn, [Reply("xong")])

    assert sessions[0] == sessions[1]
    assert sessions[1] != sessions[2]


async def test_an_erased_conversation_leaves_nothing_and_takes_no_late_reply(
    store: Store, database: Database
) -> None:
    turn = await asked(store)

    await Forgetting(database).erase("portal:an")
    late = await store.finish_turn(turn, [Reply("muộn")])

    assert late is None
    with pytest.raises(UnknownConversation):
        await store.read_thread("portal:an")
    assert await store.claim_turn() is None


async def test_after_its_lifetime_a_conversation_is_not_shown_any_more(
    store: Store, clock: Clock
) -> None:
    await store.accept(a_message())
    clock.advance(hours=25)

    with pytest.raises(UnknownConversation):
        await store.read_thread("portal:an")
    with pytest.raises(UnknownConversation):
        await store.accept(a_message(), begin=False)


async def test_a_mode_is_set_only_on_a_conversation_that_exists(store: Store) -> None:
    with pytest.raises(UnknownConversation):
        await store.set_mode("portal:nobody", Mode.STAFF)


async def test_two_processes_share_the_work(
    store: Store, database: Database, database_url: str
) -> None:
    other_database = open_database(database_url)
    other = Store(other_database, lease=timedelta(seconds=30))
    for user in "abcd":
        await store.accept(a_message(user=user))

    turns = await asyncio.gather(*(each.claim_turn() for each in (store, other) * 2))
    turns += [turn for _ in range(4) if (turn := await other.claim_turn())]
    await other_database.close()

    claimed = [turn.conversation for turn in turns if turn]
    assert sorted(claimed) == ["portal:a", "portal:b", "portal:c", "portal:d"]


async def test_one_reply_is_read_by_its_place_once_it_can_be_seen(store: Store) -> None:
    first = await asked(store, "một")
    await store.finish_turn(first, [FULL])  # Being sent: the page sees it.
    second = await asked(store, "hai")
    await store.finish_turn(second, [FULL])  # Waits behind the first.

    told = await store.read_told("portal:an", 2)

    assert told.reply == FULL
    for place in (1, 3, 4, 5):  # The citizen's own messages, one that waits, nothing.
        with pytest.raises(NothingTold):
            await store.read_told("portal:an", place)
    with pytest.raises(UnknownConversation):
        await store.read_told("portal:binh", 2)


async def test_a_turn_remembers_that_its_message_was_masked(store: Store) -> None:
    await store.accept(replace(a_message("sđt [số đã che]"), masked=True))
    await store.accept(a_message("xin chào", user="binh"))

    turns = [await store.claim_turn(), await store.claim_turn()]

    assert [turn and turn.masked for turn in turns] == [True, False]
