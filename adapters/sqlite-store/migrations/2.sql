-- Names of resources and integrations become small integers, rows stand in the order in which they came, and all that finds them by an ID is one
-- table.
-- Records have an owner, and connections an epoch for each role.

ALTER TABLE connections RENAME COLUMN epoch TO syncing_epoch;
ALTER TABLE connections ADD COLUMN pushing_epoch INTEGER NOT NULL DEFAULT 0;

CREATE TABLE resources (
    code INTEGER PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE
) STRICT;

INSERT INTO resources (name)
SELECT resource FROM records UNION SELECT parent FROM links UNION SELECT children FROM completeness;

CREATE TABLE integrations (
    code       INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    UNIQUE (connection, name)
) STRICT;

INSERT INTO integrations (connection, name)
SELECT connection, integration FROM dirty UNION SELECT connection, integration FROM delivered;

ALTER TABLE records RENAME TO records_1;

CREATE TABLE records (
    place                INTEGER PRIMARY KEY,
    connection           INTEGER NOT NULL,
    resource             INTEGER NOT NULL,
    id                   INTEGER NOT NULL,
    owner                INTEGER NOT NULL, -- 0 where the resource's IDs are unique
    created_seconds      INTEGER,
    created_nanoseconds  INTEGER,
    modified_seconds     INTEGER,
    modified_nanoseconds INTEGER,
    links                TEXT    NOT NULL, -- "3:7 1:42": codes of resources and IDs, as the record was put
    body                 TEXT              -- NULL: known not to exist
) STRICT;

-- A contact's owner is the first customer, or location, that it belongs to.
INSERT INTO records (connection, resource, id, owner, created_seconds, created_nanoseconds,
                     modified_seconds, modified_nanoseconds, links, body)
SELECT connection, resources.code, id,
       coalesce((SELECT link.value ->> 1 FROM json_each(records_1.links) AS link
                 WHERE link.value ->> 0 = CASE resources.name WHEN 'customer-contacts' THEN 'customers'
                                                              WHEN 'location-contacts' THEN 'locations' END
                 ORDER BY link.key LIMIT 1), 0),
       created_seconds, created_nanoseconds,
       modified_seconds, modified_nanoseconds,
       (SELECT coalesce(group_concat(parents.code || ':' || (link.value ->> 1), ' ' ORDER BY link.key), '')
        FROM json_each(records_1.links) AS link JOIN resources AS parents ON parents.name = link.value ->> 0),
       body
FROM records_1 JOIN resources ON resources.name = records_1.resource
ORDER BY records_1.rowid;

-- An opportunity that waits, that was delivered, or both. In the order in which they came first, which is that of delivering them: what is
-- delivered together stands together.
CREATE TABLE opportunities (
    place          INTEGER PRIMARY KEY,
    integration    INTEGER NOT NULL,
    id             INTEGER NOT NULL,
    queued         INTEGER, -- place in the queue; NULL: does not wait
    mark           INTEGER, -- NULL: does not wait
    fingerprint    ANY,     -- hexadecimal digits as the bytes that they stand for; NULL: claimed, and not known to have arrived
    contact        ANY,     -- likewise; NULL: never delivered
    at_seconds     INTEGER,
    at_nanoseconds INTEGER,
    reserved       BLOB     -- as many bytes as a delivery will fill, until then: it changes its page in place and splits none
) STRICT;

INSERT INTO opportunities (integration, id, queued, mark, fingerprint, contact, at_seconds, at_nanoseconds, reserved)
SELECT code, id, queued, mark, fingerprint, contact, at_seconds, at_nanoseconds,
       iif(contact IS NULL, zeroblob(68), NULL)
FROM (SELECT connection, integration AS name, id, place AS queued, mark, fingerprint, contact, at_seconds, at_nanoseconds
      FROM dirty FULL JOIN delivered USING (connection, integration, id))
JOIN integrations USING (connection, name)
ORDER BY queued IS NULL, queued;

CREATE INDEX waiting_opportunities ON opportunities (integration, queued) WHERE queued IS NOT NULL;

-- Where rows are that are found by an ID; `src/keys.rs` has the kinds.
CREATE TABLE keys (
    connection INTEGER NOT NULL,
    resource   INTEGER NOT NULL,
    parent     INTEGER NOT NULL,
    parent_id  INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    PRIMARY KEY (connection, resource, parent, parent_id, place)
) STRICT, WITHOUT ROWID;

INSERT INTO keys (connection, resource, parent, parent_id, place)
SELECT connection, resource, iif(resources.name IN ('customer-contacts', 'location-contacts'), -2, 0), id, place
FROM records JOIN resources ON resources.code = records.resource
ORDER BY 1, 2, 3, 4, 5;

INSERT INTO keys (connection, resource, parent, parent_id, place)
SELECT links.connection, resources.code, parents.code, links.parent_id, own.place
FROM links
JOIN resources ON resources.name = links.resource
JOIN resources AS parents ON parents.name = links.parent
JOIN keys AS own ON own.connection = links.connection AND own.resource = resources.code
                AND own.parent IN (0, -2) AND own.parent_id = links.id
ORDER BY 1, 2, 3, 4, 5;

INSERT INTO keys (connection, resource, parent, parent_id, place)
SELECT connection, resources.code, -1, parent_id, complete
FROM completeness JOIN resources ON resources.name = completeness.children
ORDER BY 1, 2, 4;

INSERT INTO keys (connection, resource, parent, parent_id, place)
SELECT connection, 0, code, id, place
FROM opportunities JOIN integrations ON code = integration
ORDER BY 1, 3, 4;

-- The last changes of `keys`, in their order.
CREATE TABLE recent_keys (
    number     INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL,
    resource   INTEGER NOT NULL,
    parent     INTEGER NOT NULL,
    parent_id  INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    is_there   INTEGER NOT NULL -- 0: was removed
) STRICT;

-- How often recent keys were moved to the others. One row.
CREATE TABLE key_moves (
    moves INTEGER NOT NULL
) STRICT;

INSERT INTO key_moves (moves) VALUES (0);

DROP TABLE links;
DROP TABLE records_1;
DROP TABLE completeness;
DROP TABLE dirty;
DROP TABLE delivered;
