-- Timestamps are two integers: seconds since 1970, and nanoseconds within the second. Resources go by their names.

CREATE TABLE connections (
    id        INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL UNIQUE,
    epoch     INTEGER NOT NULL DEFAULT 0,
    last_mark INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE connection_values (
    connection INTEGER NOT NULL REFERENCES connections (id),
    key        TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    PRIMARY KEY (connection, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE records (
    connection          INTEGER NOT NULL REFERENCES connections (id),
    resource            TEXT    NOT NULL,
    id                  INTEGER NOT NULL,
    created_seconds     INTEGER,
    created_nanoseconds INTEGER,
    modified_seconds    INTEGER,
    modified_nanoseconds INTEGER,
    links               TEXT    NOT NULL, -- JSON: [["customers",7],…], as the record was put
    body                TEXT,             -- NULL: known not to exist
    PRIMARY KEY (connection, resource, id)
) STRICT;

-- The links of `records` once more, to find children by their parent.
CREATE TABLE links (
    connection INTEGER NOT NULL,
    resource   TEXT    NOT NULL,
    id         INTEGER NOT NULL,
    parent     TEXT    NOT NULL,
    parent_id  INTEGER NOT NULL,
    PRIMARY KEY (connection, resource, id, parent, parent_id),
    FOREIGN KEY (connection, resource, id) REFERENCES records (connection, resource, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_parent ON links (connection, resource, parent, parent_id, id);

-- What is known of the children that a parent has: whether all of them are among the records.
CREATE TABLE completeness (
    connection INTEGER NOT NULL REFERENCES connections (id),
    children   TEXT    NOT NULL,
    parent_id  INTEGER NOT NULL,
    complete   INTEGER NOT NULL, -- 0 or 1
    PRIMARY KEY (connection, children, parent_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE dirty (
    connection  INTEGER NOT NULL REFERENCES connections (id),
    integration TEXT    NOT NULL,
    id          INTEGER NOT NULL,
    place       INTEGER NOT NULL, -- in the queue
    mark        INTEGER NOT NULL,
    PRIMARY KEY (connection, integration, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX dirty_by_place ON dirty (connection, integration, place);

CREATE TABLE delivered (
    connection     INTEGER NOT NULL REFERENCES connections (id),
    integration    TEXT    NOT NULL,
    id             INTEGER NOT NULL,
    fingerprint    TEXT,             -- NULL: claimed, and not known to have arrived
    contact        TEXT    NOT NULL,
    at_seconds     INTEGER NOT NULL,
    at_nanoseconds INTEGER NOT NULL,
    PRIMARY KEY (connection, integration, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters (
    place          INTEGER PRIMARY KEY AUTOINCREMENT,
    connection     INTEGER NOT NULL REFERENCES connections (id),
    integration    TEXT    NOT NULL,
    subject        TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    at_seconds     INTEGER NOT NULL,
    at_nanoseconds INTEGER NOT NULL,
    UNIQUE (connection, integration, subject)
) STRICT;

CREATE TABLE events (
    place          INTEGER PRIMARY KEY AUTOINCREMENT,
    connection     INTEGER NOT NULL REFERENCES connections (id),
    id             TEXT    NOT NULL,
    event          TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    finished       INTEGER NOT NULL DEFAULT 0, -- 0: waits, 1: done, 2: given up
    at_seconds     INTEGER NOT NULL,
    at_nanoseconds INTEGER NOT NULL,
    UNIQUE (connection, id)
) STRICT;

CREATE INDEX waiting_events ON events (connection, place) WHERE finished = 0;
