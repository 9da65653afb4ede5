from collections.abc import AsyncIterator
from dataclasses import replace

import httpx2
import pytest

from knowledge.api import create_app
from knowledge.catalogue import FILE
from knowledge.client import Answer, AnswerStatus, KnowledgeClient
from knowledge.publish import Publisher
from knowledge.search import SearchSettings
from knowledge.serving import Serving
from knowledge.testing import ToyEmbedder
from knowledge.versions import POINTER, Versions
from tests.knowledge.conftest import ORIGIN
from tests.knowledge.samples import ALL, BIRTH, GUIDE, MARRIAGE, NOW


@pytest.fixture
def serving(publisher: Publisher, embedder: ToyEmbedder) -> Serving:
    return Serving(publisher.versions, embedder, SearchSettings.load())


@pytest.fixture
async def http(serving: Serving) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(create_app(serving, now=lambda: NOW))
    async with httpx2.AsyncClient(transport=transport, base_url="http://knowledge") as client:
        yield client


@pytest.fixture
def client(http: httpx2.AsyncClient) -> KnowledgeClient:
    return KnowledgeClient(http)


async def test_the_client_reads_what_the_service_says(
    publisher: Publisher, serving: Serving, client: KnowledgeClient
) -> None:
    publisher.publish(ALL, ORIGIN)
    serving.refresh()

    answer = await client.answer("đăng ký khai sinh mất bao lâu")

    assert serving.answers is not None
    assert answer == serving.answers.answer("đăng ký khai sinh mất bao lâu", now=NOW)
    assert answer.status is AnswerStatus.ANSWERED


async def test_cases_places_and_checklists_go_over_the_wire(
    publisher: Publisher, serving: Serving, client: KnowledgeClient
) -> None:
    publisher.publish([*ALL, GUIDE], ORIGIN)
    serving.refresh()
    question = "cấp lại thẻ hướng dẫn viên cần giấy tờ gì, tôi ở Cà Mau thì nộp ở đâu"

    open_ = await client.answer(question)
    told = await client.answer(question, focus=GUIDE.code, case="2", place="96")

    assert serving.answers is not None
    assert open_ == serving.answers.answer(question, now=NOW)
    assert open_.status is AnswerStatus.CLARIFY_CASE
    assert told == serving.answers.answer(question, now=NOW, focus=GUIDE.code, case="2", place="96")
    assert told.case and told.place and told.checklist
    assert told.checklist.items[0].forms[0].url == "https://example.invalid/m01"


async def test_comparisons_go_over_the_wire(
    publisher: Publisher, serving: Serving, client: KnowledgeClient
) -> None:
    publisher.publish(ALL, ORIGIN)
    serving.refresh()

    answer = await client.compare("hai cái đó", codes=[BIRTH.code, MARRIAGE.code])

    assert serving.answers is not None
    assert answer == serving.answers.compare(
        "hai cái đó", now=NOW, codes=[BIRTH.code, MARRIAGE.code]
    )
    assert answer.status is AnswerStatus.ANSWERED


async def test_a_new_version_is_taken_up_without_a_restart(
    publisher: Publisher, serving: Serving, client: KnowledgeClient
) -> None:
    publisher.publish([BIRTH], ORIGIN)
    serving.refresh()
    before = await client.answer("đăng ký kết hôn ở đâu")
    held = serving.answers

    publisher.publish([BIRTH, MARRIAGE], ORIGIN)
    serving.refresh()

    after = await client.answer("đăng ký kết hôn ở đâu")
    assert before.procedure is None or before.procedure.code != MARRIAGE.code
    assert after.procedure and after.procedure.code == MARRIAGE.code
    # A question that began on the old version still ends on it.
    assert held and held.answer("đăng ký khai sinh", now=NOW).procedure


async def test_a_version_that_cannot_be_opened_leaves_the_old_one_serving(
    publisher: Publisher, serving: Serving, client: KnowledgeClient
) -> None:
    publisher.publish([BIRTH], ORIGIN)
    serving.refresh()
    (publisher.versions.root / POINTER).write_text("20990101-000000-000000")

    changed = serving.refresh()

    assert not changed
    assert "20990101" in serving.trouble
    assert (await client.answer("đăng ký khai sinh")).procedure


async def test_a_version_with_a_damaged_catalogue_is_refused(
    publisher: Publisher, serving: Serving, client: KnowledgeClient
) -> None:
    publisher.publish([BIRTH], ORIGIN)
    serving.refresh()
    publisher.publish(ALL, ORIGIN)
    folder = publisher.versions.current()
    assert folder is not None
    (folder / FILE).write_bytes(b"")

    changed = serving.refresh()

    assert not changed
    assert (await client.answer("đăng ký khai sinh")).procedure


def test_going_back_to_the_version_that_serves_ends_the_trouble(
    publisher: Publisher, serving: Serving
) -> None:
    first = publisher.publish([BIRTH], ORIGIN)
    serving.refresh()
    (publisher.versions.root / POINTER).write_text("20990101-000000-000000")
    serving.refresh()

    publisher.versions.use(first.name)
    serving.refresh()

    assert serving.trouble == ""


def test_the_watcher_outlives_a_pointer_that_cannot_be_read(
    publisher: Publisher, serving: Serving
) -> None:
    pointer = publisher.versions.root / POINTER
    pointer.mkdir(parents=True)

    changed = serving.refresh()
    pointer.rmdir()
    publisher.publish([BIRTH], ORIGIN)

    assert not changed
    assert serving.refresh()


async def test_health_says_why_no_version_serves(
    publisher: Publisher, http: httpx2.AsyncClient, serving: Serving
) -> None:
    replace(publisher, embedder=ToyEmbedder("other")).publish([BIRTH], ORIGIN)
    serving.refresh()

    health = await http.get("/healthz")

    assert health.status_code == 503
    assert "was built with other" in health.json()["detail"]


async def test_without_a_catalogue_the_service_says_so(
    http: httpx2.AsyncClient, client: KnowledgeClient
) -> None:
    health = await http.get("/healthz")

    assert health.status_code == 503
    assert "knowledge import" in health.json()["detail"]
    assert (await client.answer("đăng ký khai sinh")).status is AnswerStatus.ERROR_SEARCH


async def test_health_names_the_version(
    publisher: Publisher, serving: Serving, http: httpx2.AsyncClient
) -> None:
    manifest = publisher.publish(ALL, ORIGIN)
    serving.refresh()

    health = (await http.get("/healthz")).json()

    assert health == {"status": "ok", "version": manifest.name, "procedures": len(ALL)}


async def test_search_explains_its_ranking(
    publisher: Publisher, serving: Serving, client: KnowledgeClient
) -> None:
    publisher.publish(ALL, ORIGIN)
    serving.refresh()

    ranking = await client.search("đăng ký lại khai sinh", limit=2)

    assert [hit.code for hit in ranking.hits] == ["9.000002", "9.000001"]
    weights = SearchSettings.load().signals["accented"]
    for hit in ranking.hits:
        assert hit.score == pytest.approx(sum(weights[n] * hit.signals[n] for n in weights))
    assert 0 < ranking.hits[1].share < ranking.hits[0].share < ranking.known <= 1


@pytest.mark.parametrize("stage", ["accented", "folded", "dense", "fused"])
async def test_a_stage_can_be_looked_at_alone(
    publisher: Publisher, serving: Serving, client: KnowledgeClient, stage: str
) -> None:
    publisher.publish(ALL, ORIGIN)
    serving.refresh()

    ranking = await client.search("đăng ký lại khai sinh", by=stage)

    assert ranking.hits[0].code == "9.000002"


async def test_metrics_count_answers_by_status(
    publisher: Publisher, serving: Serving, http: httpx2.AsyncClient, client: KnowledgeClient
) -> None:
    publisher.publish(ALL, ORIGIN)
    serving.refresh()
    await client.answer("đăng ký khai sinh")

    text = (await http.get("/metrics")).text

    assert 'knowledge_answers_total{status="answered"} 1.0' in text


@pytest.mark.parametrize(
    "body",
    [{}, {"question": 5}, {"question": "x" * 2001}, {"question": "a", "among": ["b"] * 21}],
)
async def test_a_wrong_request_is_refused_by_name(
    http: httpx2.AsyncClient, body: dict[str, object]
) -> None:
    response = await http.post("/answers", json=body)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"][0] == "body"


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(500),
        httpx2.Response(200, text="not json"),
        httpx2.Response(200, json={"status": "surprise"}),
        httpx2.Response(200, json=[]),
    ],
)
async def test_a_failing_service_is_an_answer_too(response: httpx2.Response) -> None:
    transport = httpx2.MockTransport(lambda request: response)
    async with httpx2.AsyncClient(transport=transport, base_url="http://knowledge") as http:
        answer = await KnowledgeClient(http).answer("đăng ký khai sinh")

    assert answer == Answer(AnswerStatus.ERROR_SEARCH)


def test_the_watcher_finds_a_new_version(publisher: Publisher, serving: Serving) -> None:
    serving.watch(seconds=0.01)
    publisher.publish([BIRTH], ORIGIN)

    for _ in range(500):
        if serving.answers:
            break
        serving._stopped.wait(0.01)
    serving.stop()

    assert serving.answers is not None
    assert serving.answers.version == Versions(publisher.versions.root).list()[-1].name
