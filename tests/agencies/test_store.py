from dataclasses import replace

import pytest

from agencies.directory import Reject, read
from agencies.model import ContactState
from agencies.settings import EXAMPLE_DIRECTORY
from tests.agencies.samples import SMALL, UNCONFIRMED, agency, directory_of


def codes(agencies):
    return [agency.code for agency in agencies]


async def test_gives_back_what_was_loaded_in_its_order(loaded):
    assert tuple(await loaded.agencies()) == SMALL


async def test_finds_an_agency_by_code(loaded):
    assert await loaded.agency("so-tu-phap") == SMALL[1]
    assert await loaded.agency("so-khac") is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sở tư pháp", ["so-tu-phap"]),
        ("so tu phap", ["so-tu-phap"]),
        ("SỞ  TƯ PHÁP", ["so-tu-phap"]),
        ("tu phap so", ["so-tu-phap"]),
        ("stp", ["so-tu-phap"]),
        ("ho tich", ["so-tu-phap", "ubnd-xa-dong"]),
        ("hộ tịch xã đông", ["ubnd-xa-dong"]),
        ("xa dong", ["ubnd-xa-dong"]),
        ("uy ban", ["ubnd-tinh", "ubnd-xa-dong"]),
        ("ban", ["ubnd-tinh", "ubnd-xa-dong"]),
        ("an", []),
        ("không có gì", []),
        ("%", codes(SMALL)),
        ("_", []),
        ("' OR 1=1 --", []),
        ("\x00", codes(SMALL)),
    ],
)
async def test_searches_by_the_beginnings_of_words(loaded, query, expected):
    assert codes(await loaded.agencies(query)) == expected


async def test_a_name_comes_before_words_here_and_there_and_before_a_field(store):
    await store.replace(
        directory_of(
            agency("by-field", "Sở Y", fields=("Đất đai",)),
            agency("by-words", "Đai và đất"),
            agency("by-name", "Văn phòng Đất đai"),
        ),
        file="f",
    )

    assert codes(await store.agencies("dat dai")) == ["by-name", "by-words", "by-field"]


async def test_the_first_load_adds_everything(store):
    changes = await store.replace(directory_of(*SMALL), file="small.yml")

    assert changes.added == tuple(codes(SMALL))
    assert not changes.changed
    assert not changes.withdrawn


async def test_loading_the_same_again_changes_nothing(loaded):
    before = await loaded.last_load()

    changes = await loaded.replace(directory_of(*SMALL), file="again.yml")

    assert not changes
    assert await loaded.last_load() == before
    assert tuple(await loaded.agencies()) == SMALL


async def test_names_the_facts_that_changed(loaded):
    renamed = replace(SMALL[1], name="Sở Tư pháp (mới)", contact=UNCONFIRMED)

    changes = await loaded.replace(directory_of(SMALL[0], renamed, *SMALL[2:]), file="new.yml")

    assert changes.changed == {"so-tu-phap": ("name", "contact")}
    assert await loaded.agency("so-tu-phap") == renamed
    assert codes(await loaded.agencies("tu phap moi")) == ["so-tu-phap"]


async def test_an_agency_can_be_put_under_a_new_one(loaded):
    office = agency("van-phong", "Văn phòng", parent="ubnd-tinh")
    moved = replace(SMALL[2], parent="van-phong")

    await loaded.replace(directory_of(*SMALL[:2], moved, SMALL[3], office), file="new.yml")

    assert await loaded.agency("to-phan-loai") == moved


async def test_an_agency_that_left_the_file_is_withdrawn_and_can_return(loaded):
    changes = await loaded.replace(directory_of(*SMALL[:3]), file="new.yml")

    assert changes.withdrawn == ("ubnd-xa-dong",)
    assert await loaded.agency("ubnd-xa-dong") is None
    assert codes(await loaded.agencies("xa dong")) == []

    changes = await loaded.replace(directory_of(*SMALL), file="new.yml")

    assert changes.added == ("ubnd-xa-dong",)
    assert await loaded.agency("ubnd-xa-dong") == SMALL[3]


async def test_an_agency_that_was_rejected_stays_as_it_was(loaded):
    reject = Reject(20, "ubnd-xa-dong", ("kind: 'x' is not one of ...",))

    changes = await loaded.replace(directory_of(*SMALL[:3], rejects=(reject,)), file="new.yml")

    assert not changes
    assert await loaded.agency("ubnd-xa-dong") == SMALL[3]


async def test_a_new_order_is_kept_without_being_called_a_change(loaded):
    changes = await loaded.replace(directory_of(SMALL[0], *reversed(SMALL[1:])), file="new.yml")

    assert not changes
    assert codes(await loaded.agencies()) == codes((SMALL[0], *reversed(SMALL[1:])))


async def test_a_load_that_fails_half_way_changes_nothing(loaded):
    orphan = agency("z", "Z" * 5, parent="nobody")

    with pytest.raises(KeyError):
        await loaded.replace(directory_of(agency("y", "Y"), orphan), file="new.yml")

    assert tuple(await loaded.agencies()) == SMALL


async def test_counts_by_state_of_contact(loaded):
    assert await loaded.count() == {
        ContactState.UNCONFIRMED: 1,
        ContactState.CONFIRMED: 3,
        ContactState.INACTIVE: 0,
    }


async def test_remembers_the_last_load_that_changed_something(loaded):
    load = await loaded.last_load()

    assert load is not None
    assert (load.file, load.example) == ("small.yml", False)
    assert load.at.tzinfo is not None


async def test_the_example_directory_survives_the_way_through_the_database(store):
    example = read(EXAMPLE_DIRECTORY)

    await store.replace(example, file="agencies.yml", example=True)

    assert tuple(await store.agencies()) == example.agencies
    assert not await store.replace(example, file="agencies.yml", example=True)
