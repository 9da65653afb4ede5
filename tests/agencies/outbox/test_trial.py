"""A small storm; `python -m agencies outbox trial` makes the large one of docs/benchmarks.md."""

from agencies.outbox.trial import run_trial


async def test_nothing_is_lost_and_nothing_comes_twice(database_url):
    report = await run_trial(database_url, 12, seed=7, kill_chance=0.03)

    assert (report.lost, report.twice) == (0, 0)
    assert report.deliveries == 12 * 3 + 6, "console, e-mail and citizen, and half have a webhook"
    assert report.faults > 0
    assert report.kills > 0
