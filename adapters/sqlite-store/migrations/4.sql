-- A table between `recent_keys` and `keys`: `src/keys.rs` says what for.

CREATE TABLE young_keys (
    space INTEGER NOT NULL,
    id    INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (space, id, place)
) STRICT, WITHOUT ROWID;

-- The number of young keys, and the last one of the range that moved to `keys` before.
ALTER TABLE key_moves ADD COLUMN young INTEGER NOT NULL DEFAULT 0;
ALTER TABLE key_moves ADD COLUMN space INTEGER NOT NULL DEFAULT -9223372036854775808;
ALTER TABLE key_moves ADD COLUMN id    INTEGER NOT NULL DEFAULT -9223372036854775808;
ALTER TABLE key_moves ADD COLUMN place INTEGER NOT NULL DEFAULT -9223372036854775808;
