"""One detail of the national portal: what its API gives for a procedure, read field by field."""

from datetime import UTC, datetime, timedelta

from knowledge.importers import facts
from knowledge.importers.record import Record, inside
from knowledge.importers.wording import wording
from knowledge.model import (
    Absent,
    Agency,
    Channel,
    Duration,
    Fee,
    FeeKind,
    Form,
    LegalBasis,
    Level,
    Method,
    Procedure,
    Reason,
    Scope,
    Source,
    Standing,
    Step,
    SubCase,
)

PAGE = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/"

CHANNELS = {channel.name: channel for channel in Channel}
LEVELS = {
    "isMinistry": Level.MINISTRY,
    "isProvince": Level.PROVINCE,
    "isWard": Level.COMMUNE,
    "isOtherAgency": Level.OTHER,
}

_COMPONENT = "detail.data.executionCases[].profileComponents[]"
_ROLES = ("Executing", "Authority", "Authorized", "Coordinating")

IGNORED = frozenset().union(
    # Identifiers inside the portal; the names stand beside them.
    inside("detail.data", "codeNotation", "categoryIds", "serviceGroupIds", "legalBasisIds"),
    inside("detail.data", "resultIds", "subjectTypeIds", "departmentPromulgateId"),
    inside("detail.data", *(f"department{role}Ids" for role in _ROLES)),
    inside("detail.data", *(f"unitGroup{role}Ids" for role in _ROLES)),
    inside("detail.data", *(f"departments{role}[].id" for role in _ROLES)),
    inside("detail.data", *(f"unitGroups{role}[].id" for role in _ROLES)),
    inside("detail.data.categoriesDetails[]", "id", "code"),
    inside("detail.data.serviceGroupsDetails[]", "id", "type"),
    inside("detail.data.legalBasisesDetails[]", "id"),
    inside("detail.data.resultsDetails[]", "id", "code"),
    inside("detail.data.subjectTypesDetails[]", "id", "code"),
    inside("detail.data.procedureProposal", "id", "proposalType", "issuingAgency"),
    inside("detail.data.cases[]", "id"),
    # The same once more: as one text, as an agency's own word for its sort, as the first of many.
    inside("detail.data", "executingAgencies", "authorizedAgencies", "delegatedAgencies"),
    inside("detail.data", "coordinatingAgencies", "category"),
    # How the law delegates, who else takes part, how the result is handed back, when it was
    # decided: no part of the model.
    inside("detail.data", "formalityType", "isUndetermined", "isVertical", "isSharedService"),
    inside("detail.data", "isOfflineOnly", "isNonTerritorial", "returningMethods", "createdAt"),
    inside("detail.data.procedureProposal", "decisionDate", "publicationDate"),
    # Files without an address: of a form the name is kept, of a fee's decree nothing.
    inside("detail.data.executionMethods[].fees[]", "attachment", "currencyId"),
    inside(f"{_COMPONENT}.attachments[]", "id", "bucketName", "filePath"),
    # `required` is never true; the others do not change what a citizen brings.
    inside(_COMPONENT, "profileComponentId", "required", "hasElectronicForm", "isProcessingResult"),
)

_DELETED = "-xoa"
_VIETNAM = timedelta(hours=7)


def procedure(data: Record, *, listed: bool) -> Procedure:
    """Build the procedure; `listed` tells whether the index of the same copy names it."""
    conditions = data.optional_text("requirementsAndConditions")
    scope = facts.SCOPES.get(data.optional_text("type"))
    proposal = data.record("procedureProposal")
    return Procedure(
        code=code(data),
        title=data.text("name"),
        source=Source("portal_api_json", captured=_changed(data), url=page(data)),
        scope=Scope.INTERNAL if data.boolean("isInternal") else scope,
        promulgating_agency=data.optional_text("departmentPromulgateName"),
        promulgating_agency_code=data.optional_text("departmentPromulgateCode"),
        decision=_decision(data, proposal),
        fields=_names(data, "categoriesDetails"),
        life_events=_names(data, "serviceGroupsDetails"),
        levels=tuple(level for name, level in LEVELS.items() if data.boolean(name)),
        subjects=_names(data, "subjectTypesDetails"),
        executing_agencies=_agencies(data, "Executing"),
        competent_agencies=_agencies(data, "Authority"),
        authorized_agencies=_agencies(data, "Authorized"),
        coordinating_agencies=_agencies(data, "Coordinating"),
        receiving_address=data.optional_text("dossierReceivingAddresses"),
        steps=tuple(_step(each) for each in data.records("executionSteps")),
        methods=tuple(_method(each) for each in data.records("executionMethods")),
        document_cases=facts.document_cases(_case(each) for each in data.records("executionCases")),
        sub_cases=tuple(_sub_case(each) for each in data.records("cases")),
        conditions=conditions,
        results=_names(data, "resultsDetails"),
        legal_basis=tuple(_legal_basis(each) for each in data.records("legalBasisesDetails")),
        keywords=facts.keywords(data, "keywords"),
        description=_description(data, conditions),
        full_online=data.boolean("isFullProcess"),
        standing=standing(data, listed=listed),
    )


def code(record: Record) -> str:
    """Return the procedure's code; the portal holds a few that are none."""
    found = record.text("code")
    if found.lower().endswith(_DELETED):
        raise record.error("code", f"{found!r} is marked as deleted by its publisher")
    if not facts.is_code(found):
        raise record.error("code", f"{found!r} is not the code of a procedure, like 1.234567")
    return found


def standing(record: Record, *, listed: bool) -> Standing:
    """Return whether it is published: it must be listed, and in a state known as current."""
    state = record.optional_text("state")
    current = not state or state in facts.CURRENT_STATES
    if not current:
        record.doubt("state", f"{state!r} is not known, so not taken as in force")
    return Standing.LISTED if listed and current else Standing.UNLISTED


def page(record: Record) -> str:
    """Return the address of the procedure's page."""
    identifier = record.optional_text("id")
    return PAGE + identifier if identifier else ""


def _changed(data: Record) -> str:
    """Return the day of the record's last change: the copy is not older than that."""
    moment = data.integer("updatedAt")
    if moment is None:
        return ""
    return (datetime.fromtimestamp(moment / 1000, UTC) + _VIETNAM).date().isoformat()


def _decision(data: Record, proposal: Record | None) -> str:
    number = data.optional_text("decisionNo")
    if proposal is None:
        return number
    # Two names for the number; `decisionNo` has been empty in every record seen.
    others = (proposal.optional_text("decisionNumber"), proposal.optional_text("proposalNumber"))
    return number or others[0] or others[1]


def _names(data: Record, field: str) -> tuple[str, ...]:
    names = (each.optional_text("name") for each in data.records(field))
    return tuple(dict.fromkeys(name for name in names if name))


def _agencies(data: Record, role: str) -> tuple[Agency, ...]:
    named = [*data.records(f"departments{role}"), *data.records(f"unitGroups{role}")]
    return tuple(
        dict.fromkeys(Agency(each.text("name"), each.optional_text("code")) for each in named)
    )


def _step(step: Record) -> Step:
    name, text = step.optional_text("name"), step.optional_text("description")
    return Step(wording().published(name), text)


def _method(method: Record) -> Method:
    description = method.optional_text("description")
    return Method(
        channel=method.one_of("submissionMethod", CHANNELS),
        time=_time(method, "processingTime", "processingTimeUnit", description),
        fees=facts.fees(_fee(each) for each in method.records("fees")),
        description=description,
    )


def _time(record: Record, value: str, unit: str, description: str = "") -> Duration | Absent:
    limit = record.number_or_text(value)
    return facts.duration(limit, facts.unit(record, unit), description)


def _fee(fee: Record) -> Fee:
    return facts.fee(
        fee.number("value"),
        fee.optional_text("description"),
        kind=facts.FEE_KINDS.get(fee.optional_text("type"), FeeKind.UNNAMED),
        currency=facts.currency(fee, "currencyName"),
    )


def _case(case: Record) -> tuple[str, list[facts.Item]]:
    return case.optional_text("name"), [_item(each) for each in case.records("profileComponents")]


def _item(item: Record) -> facts.Item:
    return facts.Item(
        name=facts.item_name(item, "name"),
        originals=item.integer("originalQty"),
        copies=item.integer("copyQty"),
        code=item.optional_text("code"),
        forms=tuple(Form(each.text("fileName")) for each in item.records("attachments")),
    )


def _sub_case(case: Record) -> SubCase:
    limit = case.record("processingDay")
    time = _time(limit, "qty", "type") if limit else Absent(Reason.NOT_PUBLISHED)
    return SubCase(case.optional_text("code"), case.optional_text("name"), time)


def _legal_basis(basis: Record) -> LegalBasis:
    code, name = basis.optional_text("code"), basis.optional_text("name")
    return LegalBasis(code, name or code)


def _description(data: Record, conditions: str) -> str:
    """Return the note; `description` has repeated the conditions in every record seen."""
    description, note = data.optional_text("description"), data.optional_text("note")
    parts = ("" if description == conditions else description, note)
    return "\n".join(part for part in parts if part)
