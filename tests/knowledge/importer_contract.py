"""What every importer must do. Subclass it, write the five methods, inherit the tests."""

import unicodedata
from pathlib import Path
from typing import Any, ClassVar

import pytest

from knowledge.importers import ImportReport, UnreadableSource, import_file
from knowledge.importers.review import texts

TITLE = "Cấp thẻ thư viện"


class ImporterContract:
    source: ClassVar[str]

    def write(self, folder: Path, *records: Any) -> Path:
        """Write the records the way the source does; return what is to be imported."""
        raise NotImplementedError

    def record(self, code: str, title: str) -> Any:
        """A sound record of the source, with some text in every part."""
        raise NotImplementedError

    def broken(self) -> Any:
        """A record that cannot be read."""
        raise NotImplementedError

    def with_unknown_field(self, code: str, title: str) -> tuple[Any, str]:
        """A sound record with a field nobody knows, and the name it is reported by."""
        raise NotImplementedError

    def damaged(self, folder: Path) -> Path:
        """A source of which half is lost."""
        raise NotImplementedError

    def imported(self, folder: Path, *records: Any) -> ImportReport:
        return import_file(self.write(folder, *records), self.source)

    def test_reads_a_good_record(self, tmp_path):
        report = self.imported(tmp_path, self.record("1.999001", TITLE))

        [procedure] = report.procedures
        assert (procedure.code, procedure.title) == ("1.999001", TITLE)
        assert (report.rejects, report.unknown, report.doubts) == ([], {}, {})

    def test_understands_every_part_of_a_good_record(self, tmp_path):
        report = self.imported(tmp_path, self.record("1.999001", TITLE))

        [procedure] = report.procedures
        assert procedure.absent == {}

    def test_text_is_nfc_without_invisible_characters(self, tmp_path):
        title = unicodedata.normalize("NFD", TITLE).replace(" ", "\u00a0") + "\u200b "

        report = self.imported(tmp_path, self.record("1.999001", title))

        [procedure] = report.procedures
        assert procedure.title == TITLE
        assert all(unicodedata.is_normalized("NFC", text) for text in texts(procedure))

    def test_reports_an_unknown_field_and_keeps_the_record(self, tmp_path):
        record, name = self.with_unknown_field("1.999001", TITLE)

        report = self.imported(tmp_path, record)

        assert [each.code for each in report.procedures] == ["1.999001"]
        assert dict(report.unknown) == {name: 1}

    def test_rejects_a_broken_record_and_keeps_the_others(self, tmp_path):
        first, last = self.record("1.999001", TITLE), self.record("1.999002", TITLE)

        report = self.imported(tmp_path, first, self.broken(), last)

        assert [each.code for each in report.procedures] == ["1.999001", "1.999002"]
        [reject] = report.rejects
        assert reject.place
        assert reject.reason

    def test_rejects_the_second_record_of_a_code_and_names_both_places(self, tmp_path):
        record = self.record("1.999001", TITLE)

        report = self.imported(tmp_path, *self.twice(record))

        assert len(report.procedures) == 1
        [reject] = report.rejects
        assert "1.999001 was already read at" in reject.reason
        assert reject.place not in reject.reason

    def twice(self, record: Any) -> tuple[Any, Any]:
        return record, record

    def test_a_damaged_source_gives_nothing_and_names_its_file(self, tmp_path):
        path = self.damaged(tmp_path)

        with pytest.raises(UnreadableSource) as caught:
            import_file(path, self.source)

        assert path.name in str(caught.value)

    def test_a_missing_source_names_itself(self, tmp_path):
        with pytest.raises(UnreadableSource, match=r"gone\.file: there is no such file"):
            import_file(tmp_path / "gone.file", self.source)
