"""Installs the torch that fits the machine: without a GPU, the CPU build and no CUDA packages.

PyPI's torch brings 3 GB of CUDA libraries. The CPU build carries the local version "+cpu" and is
served by PyTorch's own index: pip finds it only where its configuration offers it, uv knows it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools import uv
from tools.steplog import CommandFailed, StepLog

CUDA_PATTERNS = ("nvidia_*.dist-info", "triton-*.dist-info", "cuda_*.dist-info")
NVIDIA_DRIVER = Path("/proc/driver/nvidia/version")


class CudaOnCpuMachine(Exception):
    """Gigabytes of CUDA libraries were installed where nothing can use them."""


def has_gpu() -> bool:
    command = shutil.which("nvidia-smi")
    if NVIDIA_DRIVER.exists() or not command:
        return NVIDIA_DRIVER.exists()
    return subprocess.run([command], capture_output=True, check=False).returncode == 0  # noqa: S603


def install_cpu(python: Path, pins: Path, log: StepLog) -> None:
    """Install the CPU build of the torch that `pins` names. Raises CommandFailed."""
    pin = torch_pin(pins)
    pip = (python, "-m", "pip", "install", "--progress-bar", "raw", "-c", pins)
    try:
        log.run(*pip, f"{pin}+cpu")
    except CommandFailed:
        log.write("pip knows no CPU build of torch here; asking uv for PyTorch's own index")
        command = uv.find_or_install(log)
        log.run(
            command, "pip", "install", "--python", python, "--torch-backend=cpu", "-c", pins, pin
        )


def torch_pin(pins: Path) -> str:
    """The line that pins torch; "" where torch is not wanted."""
    lines = pins.read_text(encoding="utf-8").splitlines()
    return next((line for line in lines if line.startswith("torch==")), "")


def refuse_cuda(environment: Path) -> None:
    """Raises CudaOnCpuMachine, naming the packages and what to do."""
    folders = list((environment / "lib").glob("python*/site-packages"))
    found = sorted(
        path.name.split("-")[0]
        for folder in folders
        for pattern in CUDA_PATTERNS
        for path in folder.glob(pattern)
    )
    if found:
        raise CudaOnCpuMachine(
            f"{environment.name} holds CUDA packages, but this machine has no NVIDIA GPU: "
            f"{', '.join(found)}. Delete {environment.name} and start again."
        )
