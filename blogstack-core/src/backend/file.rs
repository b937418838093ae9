//! The default: a folder of the local disk.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use futures::future::BoxFuture;

use super::{Backend, Log};
use crate::{
    disk::Disk,
    journal::{Anchors, Head, Journal, JournalError, OpenError, Position, Replay},
};

/// A journal in a folder, with an anchor outside it that tells an older copy.
#[derive(Debug, Clone)]
pub struct FileBackend {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    anchors: Arc<dyn Anchors>,
}

impl FileBackend {
    /// Keeps the journal in `folder`, which is made when it is first opened.
    pub fn new(disk: Arc<dyn Disk>, folder: &Path, anchors: Arc<dyn Anchors>) -> Self {
        Self { disk, folder: folder.to_owned(), anchors }
    }
}

#[async_trait]
impl Backend for FileBackend {
    async fn open(&self, holder: &str) -> Result<(Box<dyn Log>, Replay), OpenError> {
        let lineage = |payloads: &[bytes::Bytes]| crate::state::lineage(payloads);
        let (journal, replay) = Journal::open(self.disk.clone(), &self.folder, self.anchors.clone(), holder, lineage).await?;
        Ok((Box::new(FileLog(journal)), replay))
    }

    fn place(&self) -> String {
        self.folder.display().to_string()
    }
}

struct FileLog(Journal);

#[async_trait]
impl Log for FileLog {
    fn append(&self, payload: Vec<u8>) -> BoxFuture<'static, Result<Position, JournalError>> {
        Box::pin(self.0.append(payload))
    }

    fn compact(&self, payloads: Vec<Vec<u8>>) -> BoxFuture<'static, Result<Position, JournalError>> {
        Box::pin(self.0.compact(payloads))
    }

    fn head(&self) -> Head {
        self.0.head()
    }

    fn size(&self) -> u64 {
        self.0.size()
    }

    async fn close(self: Box<Self>) -> Result<(), JournalError> {
        self.0.close().await
    }
}
