//! The lock that makes one process the only writer of a file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::PathBuf;

use sync_core::StoreError;

use crate::error::Context;

/// The lock that only one writing process can have. The system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct WriterLock {
    _file: File,
}

impl WriterLock {
    /// Takes the lock, or says who has to be stopped.
    pub(crate) fn take(context: &Context) -> Result<Self, StoreError> {
        let mut path = context.file.clone().into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let unavailable = |error: std::io::Error| {
            let message = format!(
                "{context} cannot be opened: {} cannot be locked ({error}); see that the folder exists and may be written",
                path.display()
            );
            match error.kind() {
                ErrorKind::NotFound | ErrorKind::PermissionDenied => StoreError::Refused(message),
                _ => StoreError::Unavailable(message),
            }
        };
        let file =
            OpenOptions::new().create(true).write(true).truncate(false).open(&path).map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => Ok(WriterLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked(format!(
                "{context} is open for writing elsewhere (in another process, or twice in this one): \
                 stop that one, or open the store read-only"
            ))),
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }
}
