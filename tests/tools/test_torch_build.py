"""torch on a machine without a GPU: the CPU build, and nothing of CUDA."""

from pathlib import Path

import pytest

from tests.tools.conftest import Commands
from tools import torch_build
from tools.steplog import CommandFailed, StepLog


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    path = tmp_path / "app.txt"
    path.write_text("numpy==1\ntorch==2.13.0\n")
    return path


def test_takes_the_cpu_build_that_pip_knows(commands: Commands, pins: Path, log: StepLog) -> None:
    python = commands.add("python", 'echo "pip got $*"')

    torch_build.install_cpu(python, pins, log)

    assert log.last_lines(1)[0].endswith("torch==2.13.0+cpu")


def test_asks_uv_when_pip_knows_none(commands: Commands, pins: Path, log: StepLog) -> None:
    commands.add("bin/uv", 'echo "uv got $*"')

    torch_build.install_cpu(commands.add("python", "exit 1"), pins, log)

    asked = log.last_lines(1)[0]
    assert "--torch-backend=cpu" in asked
    assert asked.endswith("torch==2.13.0")


def test_fails_rather_than_take_the_cuda_build(
    commands: Commands, pins: Path, log: StepLog
) -> None:
    commands.add("bin/uv", "exit 2")
    python = commands.add("python", 'case "$*" in *+cpu) exit 1;; esac')

    with pytest.raises(CommandFailed):
        torch_build.install_cpu(python, pins, log)


@pytest.mark.parametrize("package", ["nvidia_cublas-13.1", "triton-3.6.0", "cuda_bindings-13"])
def test_refuses_cuda_on_a_cpu_machine(tmp_path: Path, package: str) -> None:
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    (site / f"{package}.dist-info").mkdir(parents=True)

    with pytest.raises(torch_build.CudaOnCpuMachine, match=package.split("-")[0]):
        torch_build.refuse_cuda(tmp_path)


def test_accepts_an_environment_without_cuda(tmp_path: Path) -> None:
    (tmp_path / "lib" / "python3.11" / "site-packages" / "torch-2.13.dist-info").mkdir(parents=True)

    torch_build.refuse_cuda(tmp_path)
