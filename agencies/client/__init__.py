"""How other services ask the agencies. The only package of ours they import."""

from agencies.client.calls import CasesClient
from agencies.client.cases import (
    CaseAttachment,
    CaseContact,
    CaseDraft,
    CasePlace,
    CaseProcedure,
    CaseReceipt,
    CaseRefused,
    Cases,
    Consent,
    ProposedAgency,
    PublicCase,
    PublicEvent,
    Routes,
    Step,
)
from agencies.client.directory import (
    Agencies,
    AgenciesClient,
    AgenciesUnavailable,
    PublicAgency,
    PublicContact,
    PublicOpening,
    PublicUnit,
)

__all__ = [
    "Agencies",
    "AgenciesClient",
    "AgenciesUnavailable",
    "CaseAttachment",
    "CaseContact",
    "CaseDraft",
    "CasePlace",
    "CaseProcedure",
    "CaseReceipt",
    "CaseRefused",
    "Cases",
    "CasesClient",
    "Consent",
    "ProposedAgency",
    "PublicAgency",
    "PublicCase",
    "PublicContact",
    "PublicEvent",
    "PublicOpening",
    "PublicUnit",
    "Routes",
    "Step",
]
