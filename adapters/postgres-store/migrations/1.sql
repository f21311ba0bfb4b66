-- {s} stands for the schema. Timestamps are two numbers, seconds since 1970 and nanoseconds within the second: PostgreSQL's own end at
-- microseconds. No foreign keys: each row is written under a lock on its connection, which is never removed, and a key would cost a
-- look-up for every row. Names compare byte by byte, so that no upgrade of the system's collations makes an index wrong.

CREATE TABLE {s}.resources (
    id   smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C"     NOT NULL UNIQUE
);

-- Small rows that are written again and again: room on each page keeps the new version beside the old one, and the indexes untouched.
CREATE TABLE {s}.connections (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text COLLATE "C"    NOT NULL UNIQUE,
    last_number bigint  NOT NULL DEFAULT 0 -- the last one that a mark or a dead letter was given
) WITH (fillfactor = 25);

-- A commit holds the row of its role locked from its beginning to its end, and an opening writes it.
CREATE TABLE {s}.epochs (
    connection integer NOT NULL,
    role       text COLLATE "C"    NOT NULL,
    epoch      bigint  NOT NULL,
    PRIMARY KEY (connection, role)
) WITH (fillfactor = 25);

CREATE TABLE {s}.connection_values (
    connection integer NOT NULL,
    key        text COLLATE "C"    NOT NULL,
    value      text    NOT NULL,
    PRIMARY KEY (connection, key)
) WITH (fillfactor = 70);

CREATE TABLE {s}.records (
    id                   bigint   NOT NULL,
    owner                bigint   NOT NULL, -- 0 where the resource's IDs are unique
    created_seconds      bigint,
    modified_seconds     bigint,
    created_nanoseconds  integer,
    modified_nanoseconds integer,
    connection           integer  NOT NULL,
    resource             smallint NOT NULL,
    links                text     NOT NULL, -- "3:7 5:9": resource and ID of each, as the record was put
    body                 text,              -- NULL: known not to exist
    PRIMARY KEY (connection, resource, id, owner)
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);

-- The links of `records` once more, to find children by their parent.
CREATE TABLE {s}.links (
    parent_id  bigint   NOT NULL,
    id         bigint   NOT NULL,
    owner      bigint   NOT NULL, -- the child's, as `id`
    connection integer  NOT NULL,
    resource   smallint NOT NULL,
    parent     smallint NOT NULL,
    PRIMARY KEY (connection, resource, parent, parent_id, id, owner)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);

-- What is known of the children that a parent has: whether all of them are among the records.
CREATE TABLE {s}.completeness (
    parent_id  bigint   NOT NULL,
    connection integer  NOT NULL,
    children   smallint NOT NULL,
    complete   boolean  NOT NULL,
    PRIMARY KEY (connection, children, parent_id)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);

-- A queue: rows come and go, so that it is vacuumed by a number of dead rows and not by a share.
CREATE TABLE {s}.dirty (
    id          bigint  NOT NULL,
    place       bigint  NOT NULL, -- in the queue
    mark        bigint  NOT NULL,
    connection  integer NOT NULL,
    integration text COLLATE "C"    NOT NULL,
    PRIMARY KEY (connection, integration, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);

CREATE INDEX dirty_by_place ON {s}.dirty (connection, integration, place);

-- Written twice for each delivery: claimed, and settled.
CREATE TABLE {s}.delivered (
    id             bigint  NOT NULL,
    at_seconds     bigint  NOT NULL,
    at_nanoseconds integer NOT NULL,
    connection     integer NOT NULL,
    integration    text COLLATE "C"    NOT NULL,
    fingerprint    text,            -- NULL: claimed, and not known to have arrived
    contact        text    NOT NULL,
    PRIMARY KEY (connection, integration, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);

CREATE TABLE {s}.dead_letters (
    place          bigint  NOT NULL,
    at_seconds     bigint  NOT NULL,
    at_nanoseconds integer NOT NULL,
    connection     integer NOT NULL,
    integration    text COLLATE "C"    NOT NULL,
    subject        text COLLATE "C"    NOT NULL,
    reason         text    NOT NULL,
    PRIMARY KEY (connection, integration, subject)
);

CREATE INDEX dead_letters_by_place ON {s}.dead_letters (connection, place);

-- The last position of each outbox. Whoever adds an event holds the row until the event can be seen, so that positions become visible in
-- their order.
CREATE TABLE {s}.outboxes (
    connection    integer PRIMARY KEY,
    last_position bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 25);

CREATE TABLE {s}.events (
    position       bigint   NOT NULL,
    at_seconds     bigint   NOT NULL,
    at_nanoseconds integer  NOT NULL,
    connection     integer  NOT NULL,
    status         smallint NOT NULL DEFAULT 0, -- 0: waits, 1: done, 2: given up
    id             text COLLATE "C"     NOT NULL,
    event          text     NOT NULL,
    state          text     NOT NULL,
    PRIMARY KEY (connection, id)
) WITH (fillfactor = 80);

CREATE INDEX waiting_events ON {s}.events (connection, position) WHERE status = 0;

-- Bodies are compressed by the faster of the two ways where the server was built with it.
DO $$
BEGIN
    ALTER TABLE {s}.records ALTER COLUMN body SET COMPRESSION lz4;
    ALTER TABLE {s}.events ALTER COLUMN event SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR syntax_error OR invalid_parameter_value THEN
    NULL;
END
$$;
