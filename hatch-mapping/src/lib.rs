//! A pure mapper from ServiceTitan's records to Hatch opportunities.
