import subprocess
import sys

from knowledge.sentences import split_sentences


def test_a_story_is_cut_into_sentences() -> None:
    assert split_sentences("Em ở TP. Huế. Làm khai sinh ở đâu?\nCảm ơn ạ") == [
        "Em ở TP. Huế.",
        "Làm khai sinh ở đâu?",
        "Cảm ơn ạ",
    ]


def test_a_single_sentence_is_left_alone() -> None:
    assert split_sentences("Phí theo Điều 5.2 là bao nhiêu?") == ["Phí theo Điều 5.2 là bao nhiêu?"]


def test_the_process_that_serves_does_not_get_torch_with_the_sentences() -> None:
    code = (
        "import sys; from knowledge.sentences import split_sentences; split_sentences('A. B. C'); "
        "sys.exit({'torch', 'transformers'} & set(sys.modules) != set())"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
