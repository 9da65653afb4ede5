#!/bin/bash
# One role and one database for each process that keeps something; no role sees another's.
# PostgreSQL's image runs this once, when its data folder is empty.
set -euo pipefail

create() {
    psql --set ON_ERROR_STOP=1 --set name="$1" --set password="$2" --dbname postgres <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" ENCODING 'UTF8' TEMPLATE template0;
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
}

create gateway "$GATEWAY_DATABASE_PASSWORD"
create agencies "$AGENCIES_DATABASE_PASSWORD"
create rasa "$RASA_DATABASE_PASSWORD"
