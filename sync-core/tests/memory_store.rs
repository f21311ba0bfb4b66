//! The promises of every store, kept by the one in memory.

use sync_core::MemoryStore;

sync_core::store_conformance!((MemoryStore::new(), ()));
