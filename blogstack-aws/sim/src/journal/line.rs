//! The lines of the file: a checksum, a space, JSON.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::engine::Changes;
use crate::moment::Moment;
use crate::state::world::World;

/// The version of the format.
pub(crate) const VERSION: u64 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Header {
    blogstack_sim: u64,
    instance_id: String,
    seed: u64,
    session: u64,
}

/// What one call changed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) now: Moment,
    pub(crate) regions: Changes,
}

impl Header {
    pub(crate) fn of(world: &World) -> Self {
        Self { blogstack_sim: VERSION, instance_id: world.instance_id.clone(), seed: world.seed, session: world.session }
    }

    pub(crate) fn version(&self) -> u64 {
        self.blogstack_sim
    }

    /// The empty world that the header tells of.
    pub(crate) fn world(self) -> World {
        World { instance_id: self.instance_id, session: self.session, ..World::new(self.seed) }
    }
}

/// Appends a line.
pub(crate) fn write(bytes: &mut Vec<u8>, value: &impl Serialize) {
    // Strings, numbers and maps with text keys: this cannot fail; an empty line would be refused by the reader.
    let json = serde_json::to_string(value).unwrap_or_default();
    let checksum = crc32c::crc32c(json.as_bytes());
    bytes.extend_from_slice(format!("{checksum:08x} {json}\n").as_bytes());
}

/// The lines that have an end.
pub(crate) fn whole_lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').filter_map(|line| line.strip_suffix(b"\n"))
}

/// Reads a line.
pub(crate) fn read<T: DeserializeOwned>(line: &[u8]) -> Result<T, String> {
    let text = std::str::from_utf8(line).map_err(|error| error.to_string())?;
    let (checksum, json) = text.split_once(' ').ok_or("it has no checksum")?;
    if checksum != format!("{:08x}", crc32c::crc32c(json.as_bytes())) {
        return Err("its checksum does not fit".to_owned());
    }
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(value: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, &value);
        bytes
    }

    #[test]
    fn a_line_without_an_end_is_not_there() {
        let mut bytes = line("one");
        bytes.extend(line("two"));
        bytes.pop();
        assert_eq!(whole_lines(&bytes).count(), 1);
    }

    #[test]
    fn every_flipped_bit_is_seen() {
        let bytes = line("value");
        for position in 0..bytes.len() - 1 {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[position] ^= 1 << bit;
                let read: Result<Vec<String>, String> = whole_lines(&damaged).map(read::<String>).collect();
                assert!(read.is_err(), "byte {position}, bit {bit}");
            }
        }
    }
}
