"""A few invented procedures, complete enough to be answered from."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from knowledge.model import (
    Absent,
    Agency,
    Channel,
    Document,
    DocumentCase,
    Duration,
    Fee,
    FeeKind,
    Form,
    LegalBasis,
    Level,
    Method,
    Part,
    Procedure,
    Reason,
    Scope,
    Source,
    Standing,
    Step,
    SubCase,
    TimeUnit,
)
from vietnamese.workdays import ZONE

TODAY = date(2026, 11, 22)
NOW = datetime.combine(TODAY, time(10), ZoneInfo(ZONE))  # A Sunday.
SOURCE = Source("test", "2026-07-18", "https://example.invalid/thu-tuc/1")

BIRTH = Procedure(
    code="9.000001",
    title="Thủ tục đăng ký khai sinh",
    source=SOURCE,
    promulgating_agency="Bộ Thử nghiệm",
    decision="12/QĐ-BTN",
    fields=("Hộ tịch",),
    levels=(Level.COMMUNE,),
    subjects=("Công dân Việt Nam",),
    executing_agencies=(Agency("Ủy ban nhân dân cấp xã"),),
    steps=(Step("Bước 1", "Nộp hồ sơ."), Step("", "Nhận kết quả sau 3 ngày.")),
    methods=(
        Method(
            Channel.DIRECT,
            Duration(Decimal(3), TimeUnit.WORKING_DAY),
            (Fee(Decimal(50000), FeeKind.CHARGE, note="đăng ký quá hạn"),),
        ),
        Method(
            Channel.ONLINE,
            Duration(Decimal("0.5"), TimeUnit.WORKING_DAY),
            (Fee(Absent(Reason.ZERO_UNEXPLAINED), FeeKind.CHARGE),),
        ),
    ),
    document_cases=(
        DocumentCase(
            "Giấy tờ phải nộp",
            (
                Document("Tờ khai đăng ký khai sinh", 1, 0, forms=(Form("tk01.doc"),)),
                Document("Giấy chứng sinh", 1, 2),
            ),
            notes=("Mang bản gốc để đối chiếu",),
        ),
    ),
    results=("Giấy khai sinh",),
    legal_basis=(LegalBasis("60/2014/QH13", "Luật Hộ tịch"),),
    keywords=("làm giấy khai sinh cho con",),
    absent={Part.CONDITIONS: Absent(Reason.NOT_PUBLISHED)},
)
BIRTH_AGAIN = Procedure(
    code="9.000002",
    title="Thủ tục đăng ký lại khai sinh",
    source=SOURCE,
    methods=(
        Method(
            Channel.DIRECT, Absent(Reason.NO_UNIT), Absent(Reason.LOST_IN_COPY), "Ngay trong ngày"
        ),
    ),
    sub_cases=(SubCase("9.000002.01", "Tại xã", Duration(Decimal(5), TimeUnit.DAY)),),
)
MARRIAGE = Procedure(
    code="9.000003",
    title="Đăng ký kết hôn",
    source=SOURCE,
    levels=(Level.COMMUNE,),
    absent={Part.DOCUMENTS: Absent(Reason.LOST_IN_COPY)},
)
OLD_LICENCE = Procedure(
    code="9.000004",
    title="Đổi giấy phép lái xe do ngành giao thông cấp",
    source=SOURCE,
    standing=Standing.ABOLISHED,
    document_cases=(DocumentCase("", (Document("Đơn đề nghị", 1),)),),
)
EXPIRED = Procedure(
    code="9.000005",
    title="Hỗ trợ tiền điện cho hộ nghèo",
    source=SOURCE,
    effective_to=date(2026, 6, 30),
)
LAND_NORTH = Procedure(
    code="9.000006",
    title="Tách thửa đất",
    source=SOURCE,
    scope=Scope.LOCAL,
    promulgating_agency="UBND tỉnh Bắc Ninh",
)
LAND_SOUTH = Procedure(
    code="9.000007",
    title="Tách thửa đất",
    source=SOURCE,
    scope=Scope.LOCAL,
    promulgating_agency="UBND tỉnh Cà Mau",
)
ALL = (BIRTH, BIRTH_AGAIN, MARRIAGE, OLD_LICENCE, EXPIRED, LAND_NORTH, LAND_SOUTH)

# Known from an index of titles; not in ALL.
LISTED = Procedure(
    code="9.000009",
    title="Cấp phép nuôi hươu",
    source=Source("test_index", "", "https://example.invalid/thu-tuc/9"),
    executing_agencies=(Agency("Chi cục Thử nghiệm"),),
    absent={part: Absent(Reason.LOST_IN_COPY) for part in Part if part is not Part.AGENCIES},
)

# Its papers depend on the case; not in ALL.
GUIDE = Procedure(
    code="9.000010",
    title="Cấp lại thẻ hướng dẫn viên",
    source=SOURCE,
    levels=(Level.PROVINCE,),
    executing_agencies=(Agency("Sở Du lịch"),),
    methods=(
        Method(Channel.DIRECT, Duration(Decimal(2), TimeUnit.WORKING_DAY), (Fee(Decimal(9)),)),
    ),
    document_cases=(
        DocumentCase(
            "* Giấy tờ phải nộp:",
            (Document("Đơn đề nghị", 1, forms=(Form("Mẫu 01", "https://example.invalid/m01"),)),),
            notes=("- Nộp một bộ",),
        ),
        DocumentCase("a) Trường hợp thẻ bị mất, hồ sơ gồm:", (Document("- Cam kết", 1, 0),)),
        DocumentCase("b) Trường hợp thẻ bị rách nát, hồ sơ gồm:", (Document("Thẻ cũ", 1),)),
        DocumentCase("Trường hợp ủy quyền thực hiện:", (Document("Giấy ủy quyền", 1),)),
    ),
)
