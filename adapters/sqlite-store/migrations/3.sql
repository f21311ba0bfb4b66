-- The connection, the resource and the parent of a key become one number, its space: `src/keys.rs` numbers the spaces.

ALTER TABLE keys RENAME TO keys_2;
ALTER TABLE recent_keys RENAME TO recent_keys_2;

CREATE TABLE keys (
    space INTEGER NOT NULL,
    id    INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (space, id, place)
) STRICT, WITHOUT ROWID;

-- The last changes of `keys`, in their order.
CREATE TABLE recent_keys (
    number   INTEGER PRIMARY KEY,
    space    INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    place    INTEGER NOT NULL,
    is_there INTEGER NOT NULL -- 0: was removed
) STRICT;

-- In schema 2, resource 0 stands for opportunities, whose parent is the integration's code. As parents of records, -1 stands for marks about
-- completeness, 0 for the record's own ID, and -2 for its own ID where several owners share it.
INSERT INTO keys (space, id, place)
SELECT iif(resource = 0, -parent,
           (connection << 20) + (resource << 10) + CASE parent WHEN -1 THEN 0 WHEN 0 THEN 1 WHEN -2 THEN 2 ELSE parent + 2 END),
       parent_id, place
FROM keys_2
ORDER BY 1, 2, 3;

INSERT INTO recent_keys (number, space, id, place, is_there)
SELECT number,
       iif(resource = 0, -parent,
           (connection << 20) + (resource << 10) + CASE parent WHEN -1 THEN 0 WHEN 0 THEN 1 WHEN -2 THEN 2 ELSE parent + 2 END),
       parent_id, place, is_there
FROM recent_keys_2
ORDER BY number;

DROP TABLE keys_2;
DROP TABLE recent_keys_2;
