"""Start the action server: `python -m actions`."""

import logging
import os
import warnings

from actions.server import create_app
from actions.services import (
    all_actions,
    contact_required,
    dossier_codes,
    dossiers,
    escalation,
    knowledge,
    manner,
    tracking,
)


def main() -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Said on the first call; that these two versions speak with each other is tested.
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk")
    ours = manner(os.environ)
    actions = all_actions(
        knowledge(os.environ),
        manner=ours,
        codes=dossier_codes(os.environ),
        dossiers=dossiers(os.environ),
        escalation=escalation(os.environ),
        contact_required=contact_required(os.environ),
        tracking=tracking(os.environ),
    )
    app = create_app(actions, hotline=ours.hotline)
    app.run(
        host=os.environ.get("HOST") or "127.0.0.1",
        port=int(os.environ.get("ACTIONS_PORT") or "5055"),
        single_process=True,
        access_log=False,
        motd=False,
    )


if __name__ == "__main__":
    main()
