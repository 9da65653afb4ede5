from agencies.client import AgenciesClient
from agencies.directory import read
from tests.agencies.samples import SMALL, agency, directory_of

FILE = """\
agencies:
  - &one
    code: so-moi
    name: Sở Mới
    kind: department
    level: province
    area: [{code: "19", name: tỉnh Thái Nguyên}]
    contact: {state: unconfirmed}
  - {<<: *one, code: so-cu, name: Sở Cũ, other_names: [SC], successor: so-moi}
  - {<<: *one, code: so-xua, name: Sở Xưa, successor: so-cu}
  - {<<: *one, code: phong, name: Phòng, parent: so-cu}
"""
MERGED = agency("so-cu", "Sở Cũ", parent="ubnd-tinh", successor="so-tu-phap")


def read_text(tmp_path, text):
    file = tmp_path / "agencies.yml"
    file.write_text(text, encoding="utf-8")
    return read(file)


def test_a_successor_is_found_under_the_names_of_those_it_took_over(tmp_path):
    directory = read_text(tmp_path, FILE)

    assert directory.rejects == ()
    assert directory.agencies[0].other_names == ("Sở Cũ", "SC", "Sở Xưa")


def test_warns_of_a_unit_that_still_hangs_below_a_merged_one(tmp_path):
    assert any(
        "phong: its parent 'so-cu' was merged" in warning
        for warning in read_text(tmp_path, FILE).warnings
    )


def test_a_circle_of_successors_is_rejected_and_named(tmp_path):
    text = FILE.replace("code: so-moi\n", "code: so-moi\n    successor: so-xua\n")

    directory = read_text(
        tmp_path,
        text
        + FILE.split("agencies:\n")[1]
        .split("  - {")[0]
        .replace("so-moi", "so-khac")
        .replace("&one", "&two"),
    )

    reasons = {reject.code: reject.reasons[0] for reject in directory.rejects}
    assert reasons["so-cu"] == "successor: 'so-moi' leads back to the agency itself"
    assert set(reasons) == {"so-moi", "so-cu", "so-xua", "phong"}
    assert [one.code for one in directory.agencies] == ["so-khac"]


def test_nobody_succeeds_itself(tmp_path):
    text = FILE.replace("successor: so-moi", "successor: so-cu")

    assert "own successor" in str(read_text(tmp_path, text).rejects[0])


async def test_a_merged_agency_is_no_longer_listed_but_leads_to_its_successor(loaded):
    changes = await loaded.replace(directory_of(*SMALL, MERGED), file="new.yml")

    assert changes.added == ("so-cu",)
    assert await loaded.agency("so-cu") is None
    assert "so-cu" not in {one.code for one in await loaded.agencies()}
    heir = await loaded.heir("so-cu")
    assert heir is not None
    assert heir.code == "so-tu-phap"
    assert await loaded.heir("so-tu-phap") is None
    assert await loaded.heir("khong-co") is None


async def test_a_file_with_a_merged_agency_changes_nothing_the_second_time(loaded):
    await loaded.replace(directory_of(*SMALL, MERGED), file="new.yml")

    assert not await loaded.replace(directory_of(*SMALL, MERGED), file="new.yml")


async def test_an_agency_is_merged_and_its_successor_too(loaded):
    then = agency("so-moi", "Sở Mới", parent="ubnd-tinh")
    first, _, *rest = SMALL
    gone = agency("so-tu-phap", "Sở Tư pháp tỉnh Mẫu", parent="ubnd-tinh", successor="so-moi")

    await loaded.replace(directory_of(*SMALL, MERGED), file="1.yml")
    changes = await loaded.replace(directory_of(first, gone, *rest, MERGED, then), file="2.yml")

    assert "successor" in changes.changed["so-tu-phap"]
    assert {(await loaded.heir(code)).code for code in ("so-cu", "so-tu-phap")} == {"so-moi"}


async def test_a_merger_that_was_taken_back_is_listed_again(loaded):
    await loaded.replace(directory_of(*SMALL, MERGED), file="1.yml")
    again = agency("so-cu", "Sở Cũ", parent="ubnd-tinh")

    await loaded.replace(directory_of(*SMALL, again), file="2.yml")

    assert await loaded.agency("so-cu") == again
    assert await loaded.heir("so-cu") is None


async def test_a_merged_agency_that_left_the_file_still_leads_on(loaded):
    await loaded.replace(directory_of(*SMALL, MERGED), file="1.yml")
    await loaded.replace(directory_of(*SMALL), file="2.yml")

    assert (await loaded.heir("so-cu")).code == "so-tu-phap"


async def test_the_page_and_the_api_lead_to_the_successor(loaded, http):
    await loaded.replace(directory_of(*SMALL, MERGED), file="new.yml")

    page = await http.get("/console/directory/so-cu")
    api = await http.get("/agencies/so-cu")

    assert page.headers["location"] == "/console/directory/so-tu-phap"
    assert api.headers["location"] == "/agencies/so-tu-phap"
    assert (page.status_code, api.status_code) == (307, 307)


async def test_the_client_follows_to_the_successor(loaded, http):
    await loaded.replace(directory_of(*SMALL, MERGED), file="new.yml")

    found = await AgenciesClient(http).agency("so-cu")

    assert found is not None
    assert found.code == "so-tu-phap"


async def test_two_files_that_made_a_circle_still_end(loaded):
    await loaded.replace(directory_of(*SMALL, MERGED), file="1.yml")
    back = agency("so-tu-phap", "Sở Tư pháp tỉnh Mẫu", parent="ubnd-tinh", successor="so-cu")
    # What no reader of files lets through.
    await loaded.replace(directory_of(SMALL[0], back, *SMALL[2:], MERGED), file="2.yml")

    assert await loaded.heir("so-cu") is None
