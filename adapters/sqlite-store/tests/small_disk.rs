//! A disk that is full, with everything that lies on it: the file, its log and its index.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::ops::Range;
use std::path::PathBuf;

use sqlite_store::SqliteStore;
use sync_core::{Change, Epoch, MirrorRecord, Resource, Role, Store, StoreError};

/// Commits jobs with bodies of 100 kB, and a cursor.
async fn commit(store: &SqliteStore, epoch: Epoch, jobs: Range<i64>, cursor: &str) -> Result<(), StoreError> {
    let job = |id| {
        let body = Some("x".repeat(100_000));
        Change::PutRecord(MirrorRecord { body, ..MirrorRecord::absent(Resource::Jobs, id) })
    };
    let mut changes: Vec<Change> = jobs.map(job).collect();
    changes.push(Change::SetValue { key: "cursor".to_owned(), value: cursor.to_owned() });
    store.commit("acme", epoch, changes).await
}

async fn cursor(store: &SqliteStore) -> Option<String> {
    store.value("acme", "cursor").await.unwrap()
}

#[tokio::test]
#[ignore = "needs SMALL_DISK: an empty folder on a disk of 16 MB"]
async fn a_full_disk_undoes_the_commit_and_the_store_goes_on_once_there_is_room() {
    let disk = PathBuf::from(std::env::var("SMALL_DISK").expect("SMALL_DISK names a folder"));
    let (path, other) = (disk.join("sync.db"), disk.join("other"));
    let store = SqliteStore::open(&path).await.unwrap();
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    commit(&store, epoch, 0..10, "1").await.unwrap();
    std::fs::write(&other, vec![1; 10_000_000]).unwrap();

    for _ in 0..3 {
        let error = commit(&store, epoch, 10..80, "2").await.unwrap_err();
        let told = matches!(&error, StoreError::Unavailable(message) if message.contains("disk"));
        assert!(told && error.is_temporary(), "{error}");
        assert_eq!(cursor(&store).await.as_deref(), Some("1"));
        assert_eq!(store.record_ids("acme", Resource::Jobs, None, 100).await.unwrap().len(), 10);
    }
    // The whole of the disk: not even the marks of an opening find room.
    let mut rest = std::fs::File::create(disk.join("rest")).unwrap();
    while std::io::Write::write_all(&mut rest, &[1; 4096]).is_ok() {}
    let mut failed = 0;
    for number in 0..200 {
        let jobs = 10 + number..11 + number;
        failed += usize::from(commit(&store, epoch, jobs, "2").await.is_err());
    }
    assert!(failed > 0);
    store.close().await;

    // A program that is started while the disk is full says so, or goes on with what is there.
    match SqliteStore::open(&path).await {
        Err(error) => assert!(error.is_temporary() && error.to_string().contains("disk"), "{error}"),
        Ok(store) => {
            assert!(cursor(&store).await.is_some());
            store.close().await;
        }
    }
    std::fs::remove_file(&other).unwrap();
    std::fs::remove_file(disk.join("rest")).unwrap();
    let store = SqliteStore::open(&path).await.unwrap();
    let kept = store.record_ids("acme", Resource::Jobs, None, 1000).await.unwrap();
    assert!(kept.len() >= 10, "{kept:?}");
    let epoch = store.open("acme", Role::Syncing).await.unwrap();
    commit(&store, epoch, 300..310, "3").await.unwrap();
    assert_eq!(cursor(&store).await.as_deref(), Some("3"));
    assert_eq!(store.record_ids("acme", Resource::Jobs, Some(299), 100).await.unwrap().len(), 10);
    store.close().await;
}
