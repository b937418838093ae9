//! The file `journal.head`: up to where the journal is known to be durable.
//!
//! It is 77 bytes: a line that names the format, four values in little endian, and the CRC-32C of all before it. It is
//! overwritten in one write within one disk sector, which disks write whole or not at all.

use super::position::{Position, RecordHash};

const MAGIC: &[u8; 17] = b"blogstack head 1\n";
const SIZE: usize = 77;

/// The durable part of a journal. It may lag behind the file, and never leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Watermark {
    /// The sequence of the base frame of the file it speaks of: each compaction makes another file.
    pub(super) base: u64,
    /// How many bytes of that file are durable.
    pub(super) length: u64,
    /// The last record in them.
    pub(super) position: Position,
}

impl Watermark {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [self.base, self.length, self.position.sequence] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.position.hash.0);
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    /// `None` when any bit is wrong.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (content, crc) = bytes.split_last_chunk()?;
        let fields = content.strip_prefix(MAGIC)?;
        let right = bytes.len() == SIZE && crc32c::crc32c(content) == u32::from_le_bytes(*crc);
        let (base, fields) = number(fields).filter(|_| right)?;
        let (length, fields) = number(fields)?;
        let (sequence, hash) = number(fields)?;
        let hash = RecordHash(hash.try_into().ok()?);
        Some(Self { base, length, position: Position { sequence, hash } })
    }
}

fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u64::from_le_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_whole_or_not_at_all() {
        let position = Position { sequence: 3, hash: RecordHash([7; 32]) };
        let watermark = Watermark { base: 1, length: 2, position };
        let bytes = watermark.encode();
        assert_eq!(Watermark::decode(&bytes), Some(watermark));
        for cut in 0..bytes.len() {
            assert_eq!(Watermark::decode(&bytes[..cut]), None, "cut to {cut} bytes");
        }
        for bit in 0..bytes.len() * 8 {
            let mut spoiled = bytes.clone();
            spoiled[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Watermark::decode(&spoiled), None, "bit {bit}");
        }
        assert_eq!(Watermark::decode(&[&bytes[..], b"\0"].concat()), None);
    }
}
