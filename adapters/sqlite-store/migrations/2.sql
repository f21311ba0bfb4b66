-- Names of resources and integrations become small integers, records stand in the order in which they came, and what finds them stands once.
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
ALTER TABLE links RENAME TO links_1;
ALTER TABLE completeness RENAME TO completeness_1;
DROP INDEX links_by_parent;

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

-- What records are found by: their own IDs (`parent` 0), and the parents in their links.
CREATE TABLE keys (
    connection INTEGER NOT NULL,
    resource   INTEGER NOT NULL,
    parent     INTEGER NOT NULL,
    parent_id  INTEGER NOT NULL,
    place      INTEGER NOT NULL, -- in `records`
    PRIMARY KEY (connection, resource, parent, parent_id, place)
) STRICT, WITHOUT ROWID;

-- Keys of the last records that came. IDs come in any order, so that a page of a feed changes pages all over `keys`: they move there many
-- at a time, and until then change few pages here.
CREATE TABLE recent_keys (
    connection INTEGER NOT NULL,
    resource   INTEGER NOT NULL,
    parent     INTEGER NOT NULL,
    parent_id  INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    PRIMARY KEY (connection, resource, parent, parent_id, place)
) STRICT, WITHOUT ROWID;

INSERT INTO keys (connection, resource, parent, parent_id, place)
SELECT connection, resource, 0, id, place FROM records ORDER BY 1, 2, 4;

INSERT INTO keys (connection, resource, parent, parent_id, place)
SELECT links_1.connection, resources.code, parents.code, links_1.parent_id, own.place
FROM links_1
JOIN resources ON resources.name = links_1.resource
JOIN resources AS parents ON parents.name = links_1.parent
JOIN keys AS own ON own.connection = links_1.connection AND own.resource = resources.code
                AND own.parent = 0 AND own.parent_id = links_1.id
ORDER BY 1, 2, 3, 4, 5;

-- What is known of the children that a parent has: whether all of them are among the records.
CREATE TABLE completeness (
    connection INTEGER NOT NULL,
    children   INTEGER NOT NULL,
    parent_id  INTEGER NOT NULL,
    complete   INTEGER NOT NULL, -- 0 or 1
    PRIMARY KEY (connection, children, parent_id)
) STRICT, WITHOUT ROWID;

INSERT INTO completeness (connection, children, parent_id, complete)
SELECT connection, resources.code, parent_id, complete
FROM completeness_1 JOIN resources ON resources.name = completeness_1.children
ORDER BY 1, 2, 3;

-- An opportunity that waits, that was delivered, or both. In the order in which they came first, which is that of delivering them: what is
-- delivered together stands together.
CREATE TABLE opportunities (
    row            INTEGER PRIMARY KEY,
    integration    INTEGER NOT NULL,
    id             INTEGER NOT NULL,
    place          INTEGER, -- in the queue; NULL: does not wait
    mark           INTEGER, -- NULL: does not wait
    fingerprint    ANY,     -- hexadecimal digits as the bytes that they stand for; NULL: claimed, and not known to have arrived
    contact        ANY,     -- likewise; NULL: never delivered
    at_seconds     INTEGER,
    at_nanoseconds INTEGER,
    reserved       BLOB     -- as many bytes as a delivery will fill, until then: it changes its page in place and splits none
) STRICT;

INSERT INTO opportunities (integration, id, place, mark, reserved)
SELECT integrations.code, id, place, mark, zeroblob(68)
FROM dirty JOIN integrations ON integrations.connection = dirty.connection AND integrations.name = dirty.integration
ORDER BY place;

CREATE UNIQUE INDEX opportunities_by_id ON opportunities (integration, id);

INSERT INTO opportunities (integration, id, fingerprint, contact, at_seconds, at_nanoseconds)
SELECT integrations.code, id, fingerprint, contact, at_seconds, at_nanoseconds
FROM delivered JOIN integrations ON integrations.connection = delivered.connection AND integrations.name = delivered.integration
WHERE true
ON CONFLICT (integration, id) DO UPDATE SET
    fingerprint = excluded.fingerprint, contact = excluded.contact,
    at_seconds = excluded.at_seconds, at_nanoseconds = excluded.at_nanoseconds, reserved = NULL;

CREATE INDEX waiting_opportunities ON opportunities (integration, place) WHERE place IS NOT NULL;

DROP TABLE links_1;
DROP TABLE records_1;
DROP TABLE completeness_1;
DROP TABLE dirty;
DROP TABLE delivered;
