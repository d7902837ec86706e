#!/bin/sh
# PostgreSQL's image runs this once, on an empty volume: the server's data in a database of its own.
set -eu
createdb --username "$POSTGRES_USER" --owner "$POSTGRES_USER" prefect
