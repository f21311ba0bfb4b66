//! The spread of many connections' cycles over the rhythm.

use std::time::Duration;

/// Returns the place of a connection's cycles within the rhythm, below it. The place follows from the name alone: it is the same in every process and on
/// every machine, and many names are spread evenly.
pub fn cycle_phase(connection: &str, rhythm: Duration) -> Duration {
    let hash = blake3::hash(connection.as_bytes());
    let hash = hash.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    // The upper half of the product is below the rhythm. A rhythm of more than 584 years is no rhythm.
    let rhythm = u64::try_from(rhythm.as_nanos()).unwrap_or(u64::MAX);
    let nanos = (u128::from(hash) * u128::from(rhythm)) >> 64;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}
