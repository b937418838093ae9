//! The journal's bytes: a line that names the format, then frames.
//!
//! A frame is its payload's length (u32, little endian), the CRC-32C of those four bytes, the payload, and the SHA-256
//! over the previous frame's hash, the length and the payload. The CRC tells a wrong length before it is believed; the
//! hash chains every frame to all before it.
//!
//! The first frame is the [`Base`]: what this file continues. A new journal has one too, so no reader needs to tell a
//! new journal from a compacted one.

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;

use super::position::{Position, RecordHash};

/// The first line of the file: what it is and the version of its format.
pub const MAGIC: &[u8] = b"blogstack journal 1\n";
const NAME: &[u8] = b"blogstack journal ";
const VERSION: u64 = 1;

/// How many bytes a frame has besides its payload.
pub const OVERHEAD: usize = 40;

/// The longest payload, 64 MiB. A longer length in a file is damage.
pub const LONGEST: usize = 64 << 20;

/// What a journal file continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    /// The sequence of the base frame itself.
    pub sequence: u64,
    /// The hash of the last record that this file replaced.
    pub replaced: RecordHash,
}

impl Base {
    /// What a journal without a past continues.
    pub const NEW: Self = Self { sequence: 0, replaced: RecordHash::ZERO };

    fn encode(&self) -> [u8; 40] {
        let mut bytes = [0; 40];
        bytes[..8].copy_from_slice(&self.sequence.to_le_bytes());
        bytes[8..].copy_from_slice(&self.replaced.0);
        bytes
    }

    fn decode(payload: &[u8]) -> Option<Self> {
        let (sequence, replaced) = payload.split_first_chunk()?;
        let replaced = RecordHash(replaced.try_into().ok()?);
        // Half of the numbers are left to count on with.
        let sequence = Some(u64::from_le_bytes(*sequence)).filter(|&sequence| sequence <= u64::MAX / 2)?;
        Some(Self { sequence, replaced })
    }
}

/// Why a payload cannot be a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// It has no bytes.
    #[error("the record is empty")]
    Empty,
    /// It has more than [`LONGEST`] bytes.
    #[error("the record has {0} bytes, more than {LONGEST}")]
    TooLong(usize),
}

/// What is wrong with a journal's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// They do not begin as a journal does.
    #[error("it is not a blogstack journal")]
    Foreign,
    /// A later release wrote them.
    #[error("it has format {0}, this program reads format {VERSION}")]
    Newer(u64),
    /// A byte is wrong or missing that was durable.
    #[error("record {number} at byte {offset} {what}")]
    Record {
        /// Which frame of the file, from 0.
        number: usize,
        /// Where the frame begins.
        offset: u64,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// The end of a file that a crash left half-written. Nothing in it was ever acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TornTail {
    /// Where it begins.
    pub offset: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// What is wrong with its beginning.
    pub what: &'static str,
}

/// A frame that was read and found whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The payload, a slice of the bytes that were scanned.
    pub payload: Bytes,
    /// Its hash.
    pub hash: RecordHash,
    /// Where the next one begins.
    pub end: u64,
}

/// What a journal file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// What the file continues.
    pub base: Base,
    /// All whole frames: the base frame, then the records.
    pub frames: Vec<Record>,
    /// What comes after them.
    pub torn: Option<TornTail>,
}

impl Scan {
    /// The payloads of the records, without the base frame.
    pub fn payloads(&self) -> Vec<Bytes> {
        self.frames.iter().skip(1).map(|record| record.payload.clone()).collect()
    }

    /// The frame with this sequence, when the file holds it.
    pub fn at(&self, sequence: u64) -> Option<&Record> {
        let index = sequence.checked_sub(self.base.sequence)?;
        self.frames.get(usize::try_from(index).ok()?)
    }

    /// Where the whole frames end.
    pub fn end(&self) -> u64 {
        self.frames.last().map_or(0, |record| record.end)
    }

    /// The last whole frame.
    pub fn head(&self) -> Position {
        let later = self.frames.len().saturating_sub(1) as u64;
        let hash = self.frames.last().map_or(self.base.replaced, |record| record.hash);
        Position { sequence: self.base.sequence.saturating_add(later), hash }
    }
}

/// The hash of the frame with `payload` that follows the frame with hash `previous`.
pub fn chain(previous: &RecordHash, payload: &[u8]) -> Result<RecordHash, PayloadError> {
    match length(payload) {
        _ if payload.is_empty() => Err(PayloadError::Empty),
        Some(length) => Ok(hash(previous, length, payload)),
        None => Err(PayloadError::TooLong(payload.len())),
    }
}

/// Adds the frame of a `payload` whose hash [`chain`] has given.
pub fn push(file: &mut Vec<u8>, payload: &[u8], hash: &RecordHash) {
    let length = length(payload).unwrap_or(u32::MAX).to_le_bytes();
    file.reserve(OVERHEAD + payload.len());
    file.extend_from_slice(&length);
    file.extend_from_slice(&crc32c::crc32c(&length).to_le_bytes());
    file.extend_from_slice(payload);
    file.extend_from_slice(&hash.0);
}

/// The beginning of a file, up to and with the base frame, and that frame's hash.
pub fn begin(base: &Base) -> (Vec<u8>, RecordHash) {
    let payload = base.encode();
    let hash = hash(&base.replaced, 40, &payload);
    let mut file = MAGIC.to_vec();
    push(&mut file, &payload, &hash);
    (file, hash)
}

/// Reads what the file continues, and nothing else of it.
pub fn base(file: &[u8]) -> Result<Base, Damage> {
    format(file)?;
    let (offset, damaged) = (MAGIC.len(), |what| Damage::Record { number: 0, offset: MAGIC.len() as u64, what });
    let parts = parts(file, offset).map_err(damaged)?;
    let base = Base::decode(parts.payload).ok_or_else(|| damaged("does not say what it continues"))?;
    parts.check(&base.replaced).map_err(damaged)?;
    Ok(base)
}

/// Reads a whole file, of which the first `durable` bytes were synced.
///
/// A wrong or missing byte among those is damage, as is one in the base frame. Behind them the first wrong byte begins
/// the torn tail: a crash may leave anything there, so whole frames further on mean nothing.
pub fn scan(file: &Bytes, durable: u64) -> Result<Scan, Damage> {
    let mut scan = Scan { base: base(file)?, frames: Vec::new(), torn: None };
    let (mut offset, mut previous) = (MAGIC.len(), scan.base.replaced);
    while offset < file.len() {
        let (number, at) = (scan.frames.len(), offset as u64);
        match next(file, offset, &previous) {
            Ok(record) if at < durable && durable < record.end => {
                return Err(Damage::Record { number, offset: at, what: "does not end where the watermark is" });
            }
            Ok(record) => {
                (offset, previous) = (offset + OVERHEAD + record.payload.len(), record.hash);
                scan.frames.push(record);
            }
            Err(what) if at < durable || number == 0 => return Err(Damage::Record { number, offset: at, what }),
            Err(what) => {
                scan.torn = Some(TornTail { offset: at, bytes: (file.len() - offset) as u64, what });
                break;
            }
        }
    }
    complete(scan, durable)
}

fn complete(scan: Scan, durable: u64) -> Result<Scan, Damage> {
    if scan.end() < durable {
        return Err(Damage::Record { number: scan.frames.len(), offset: scan.end(), what: "is missing" });
    }
    Ok(scan)
}

fn format(file: &[u8]) -> Result<(), Damage> {
    if file.starts_with(MAGIC) {
        return Ok(());
    }
    if !file.is_empty() && MAGIC.starts_with(file) {
        return Err(Damage::Record { number: 0, offset: 0, what: "is cut off" });
    }
    match version(file) {
        Some(version) if version > VERSION => Err(Damage::Newer(version)),
        _ => Err(Damage::Foreign),
    }
}

fn version(file: &[u8]) -> Option<u64> {
    let line = file.strip_prefix(NAME)?.split(|&byte| byte == b'\n').next()?;
    std::str::from_utf8(line).ok()?.parse().ok()
}

/// A frame's parts, before its hash is checked.
struct Parts<'a> {
    payload: &'a [u8],
    length: u32,
    hash: RecordHash,
}

impl Parts<'_> {
    fn check(&self, previous: &RecordHash) -> Result<(), &'static str> {
        let right = hash(previous, self.length, self.payload) == self.hash;
        if right { Ok(()) } else { Err("has a wrong hash") }
    }
}

fn parts(file: &[u8], offset: usize) -> Result<Parts<'_>, &'static str> {
    let cut = "is cut off";
    let rest = file.get(offset..).ok_or(cut)?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(cut)?;
    let (crc, rest) = rest.split_first_chunk::<4>().ok_or(cut)?;
    if crc32c::crc32c(length) != u32::from_le_bytes(*crc) {
        return Err("has a wrong length");
    }
    let length = u32::from_le_bytes(*length);
    let size = usize::try_from(length).ok().filter(|size| (1..=LONGEST).contains(size));
    let (payload, rest) = rest.split_at_checked(size.ok_or("has an impossible length")?).ok_or(cut)?;
    let hash = RecordHash(*rest.first_chunk().ok_or(cut)?);
    Ok(Parts { payload, length, hash })
}

fn next(file: &Bytes, offset: usize, previous: &RecordHash) -> Result<Record, &'static str> {
    let parts = parts(file, offset)?;
    parts.check(previous)?;
    let end = (offset + OVERHEAD + parts.payload.len()) as u64;
    Ok(Record { payload: file.slice_ref(parts.payload), hash: parts.hash, end })
}

fn length(payload: &[u8]) -> Option<u32> {
    u32::try_from(payload.len()).ok().filter(|_| payload.len() <= LONGEST)
}

fn hash(previous: &RecordHash, length: u32, payload: &[u8]) -> RecordHash {
    let mut context = Context::new(&SHA256);
    context.update(&previous.0);
    context.update(&length.to_le_bytes());
    context.update(payload);
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    RecordHash(hash)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::*;

    fn file(payloads: &[&[u8]]) -> Vec<u8> {
        let (mut file, mut previous) = begin(&Base::NEW);
        for payload in payloads {
            previous = chain(&previous, payload).unwrap();
            push(&mut file, payload, &previous);
        }
        file
    }

    /// A file whose only record claims `length`, with a right CRC.
    fn claiming(length: u32) -> Vec<u8> {
        let length = length.to_le_bytes();
        let crc = crc32c::crc32c(&length).to_le_bytes();
        [&file(&[]), &length[..], &crc, &[0; 64]].concat()
    }

    fn what(file: Vec<u8>) -> String {
        let durable = file.len() as u64;
        scan(&file.into(), durable).unwrap_err().to_string()
    }

    #[test]
    fn the_bytes_are_these() {
        let (file, hash) = begin(&Base::NEW);
        assert_eq!(file.len(), 100);
        assert_eq!(file[..28], *b"blogstack journal 1\n\x28\0\0\0\xaa\x3c\x06\x69");
        assert_eq!(file[68..], hash.0);
        // What another implementation says of 32 zero bytes, the length and 40 zero bytes.
        assert_eq!(hash.to_string(), "b8092d99790d493e3741a5290f05bbee5caab42026b1b9936fb8776da413dbe4");
    }

    #[test]
    fn what_was_written_is_read_without_a_copy() {
        let file = Bytes::from(file(&[b"one", b"two"]));
        let scan = scan(&file, file.len() as u64).unwrap();
        assert_eq!((scan.payloads(), scan.torn), (vec![Bytes::from("one"), Bytes::from("two")], None));
        assert_eq!((scan.head().sequence, scan.end()), (2, file.len() as u64));
        assert!(file.as_ptr_range().contains(&scan.frames[1].payload.as_ptr()));
    }

    #[test]
    fn lengths_that_no_record_has_are_damage() {
        assert_eq!(what(claiming(0)), "record 1 at byte 100 has an impossible length");
        assert_eq!(what(claiming(u32::MAX)), "record 1 at byte 100 has an impossible length");
        assert_eq!(what(claiming(1 << 20)), "record 1 at byte 100 is cut off");
        assert_eq!(chain(&RecordHash::ZERO, b""), Err(PayloadError::Empty));
        let long = vec![0; LONGEST + 1];
        assert_eq!(chain(&RecordHash::ZERO, &long), Err(PayloadError::TooLong(LONGEST + 1)));
    }

    #[test]
    fn other_files_and_newer_ones_are_told_apart() {
        assert_eq!(what(b"{}".to_vec()), "it is not a blogstack journal");
        assert_eq!(what(Vec::new()), "it is not a blogstack journal");
        assert_eq!(what(b"blogstack journal 12\nwhatever".to_vec()), "it has format 12, this program reads format 1");
        assert_eq!(what(b"blogstack jour".to_vec()), "record 0 at byte 0 is cut off");
    }

    #[test]
    fn behind_the_watermark_a_bad_frame_ends_the_journal() {
        let mut file = file(&[b"one", b"two", b"three"]);
        file[143 + 8] ^= 1;
        let scan = scan(&file.clone().into(), 143).unwrap();
        assert_eq!(scan.payloads(), ["one"]);
        assert_eq!(scan.torn, Some(TornTail { offset: 143, bytes: 88, what: "has a wrong hash" }));
        assert_eq!(what(file), "record 2 at byte 143 has a wrong hash");
    }

    #[test]
    fn a_sequence_that_leaves_none_to_count_with_is_damage() {
        let base = Base { sequence: u64::MAX, replaced: RecordHash::ZERO };
        assert_eq!(what(begin(&base).0), "record 0 at byte 20 does not say what it continues");
    }

    #[test]
    fn a_record_that_is_missing_below_the_watermark_is_damage() {
        let file = Bytes::from(file(&[b"one", b"two"]));
        let refused = scan(&file.slice(..143), file.len() as u64).unwrap_err();
        assert_eq!(refused.to_string(), "record 2 at byte 143 is missing");
    }

    #[test]
    fn a_watermark_inside_a_frame_is_damage() {
        let file = Bytes::from(file(&[b"one", b"two"]));
        let refused = scan(&file, 150).unwrap_err().to_string();
        assert_eq!(refused, "record 2 at byte 143 does not end where the watermark is");
    }
}
