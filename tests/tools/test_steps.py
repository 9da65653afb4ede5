"""Steps are done once, again when something changed, and say why they failed."""

import io
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.plan import GOALS, STEPS, steps_for
from tools.progress import Progress
from tools.setup import SetUp
from tools.steplog import StepLog
from tools.steps import Stamps, Step


class TestSteps:
    """Two files in, one file out."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "a").write_text("1")
        (tmp_path / "out").write_text("made")
        return tmp_path

    def run(self, root: Path, *steps: Step) -> str:
        screen = io.StringIO()
        with Progress(screen) as progress:
            SetUp(Stamps(root), root / "log", progress).run(steps)
        return screen.getvalue()

    def step(
        self, work: Callable[[StepLog], object], name: str = "step", needs: tuple[str, ...] = ()
    ) -> Step:
        return Step(
            name, name, work, advice="Try it.", inputs=("in",), outputs=("out",), needs=needs
        )

    def test_is_skipped_while_nothing_changes(self, root: Path) -> None:
        done: list[str] = []
        step = self.step(lambda log: done.append("once"))

        self.run(root, step)
        screen = self.run(root, step)

        assert done == ["once"]
        assert "same  step" in screen

    @pytest.mark.parametrize(
        "change",
        [
            lambda root: (root / "in" / "a").write_text("2"),
            lambda root: (root / "in" / "b").write_text("new"),
            lambda root: (root / "in" / "a").rename(root / "in" / "c"),
            lambda root: (root / "out").unlink(),
        ],
        ids=["edited", "added", "renamed", "output gone"],
    )
    def test_is_done_again_after_a_change(
        self, root: Path, change: Callable[[Path], object]
    ) -> None:
        done: list[str] = []
        step = self.step(lambda log: done.append("again"))
        self.run(root, step)

        change(root)
        self.run(root, step)

        assert len(done) == 2

    def test_is_done_again_when_an_input_changed_meanwhile(self, root: Path) -> None:
        step = self.step(lambda log: (root / "in" / "a").write_text("later") and None)
        self.run(root, step)

        assert not Stamps(root).is_done(step)

    def test_without_inputs_always_looks_for_itself(self, root: Path) -> None:
        done: list[str] = []
        step = Step("migration", "migration", lambda log: done.append("looked"), advice="")

        self.run(root, step)
        self.run(root, step)

        assert done == ["looked", "looked"]

    def test_failing_shows_the_log_and_the_way_out(self, root: Path) -> None:
        step = self.step(lambda log: log.run("sh", "-c", "echo reason; exit 3"))

        screen = self.run(root, step)

        assert "FAIL  step" in screen
        assert "| reason" in screen
        assert "What to do: Try it." in screen
        assert not Stamps(root).is_done(step)

    def test_failing_stops_what_would_follow(self, root: Path) -> None:
        done: list[str] = []
        bad = self.step(lambda log: log.run("false"), name="bad")
        after = self.step(lambda log: done.append("after"), name="after", needs=("bad",))

        self.run(root, bad, after)

        assert done == []

    def test_failing_after_a_success_forgets_the_success(self, root: Path) -> None:
        self.run(root, self.step(lambda log: None))
        (root / "in" / "a").write_text("2")
        self.run(root, self.step(lambda log: log.run("false")))
        (root / "in" / "a").write_text("1")

        assert not Stamps(root).is_done(self.step(lambda log: None))


def test_steps_run_side_by_side_and_after_those_they_need(tmp_path: Path) -> None:
    meeting = threading.Barrier(2, timeout=10)
    order: list[str] = []
    steps = [
        Step("one", "one", lambda log: meeting.wait(), advice=""),
        Step("other", "other", lambda log: meeting.wait(), advice=""),
        Step("then", "then", lambda log: order.append("then"), advice="", needs=("last",)),
    ]
    steps.insert(0, Step("last", "last", lambda log: order.append("last"), advice=""))

    with Progress(io.StringIO()) as progress:
        done = SetUp(Stamps(tmp_path), tmp_path / "log", progress).run(steps)

    assert done
    assert order == ["last", "then"]


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_lists_each_step_behind_those_it_needs(goal: str) -> None:
    names = [step.name for step in GOALS[goal]]

    for place, step in enumerate(GOALS[goal]):
        assert set(step.needs) <= set(names[:place]), step.name


def test_only_named_goals_and_steps_are_run() -> None:
    assert steps_for(["run"]) == GOALS["run"]
    assert steps_for(["embedding-model"]) == (STEPS["embedding-model"],)
    with pytest.raises(KeyError, match="nonsense"):
        steps_for(["nonsense"])
