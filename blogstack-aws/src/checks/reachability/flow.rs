//! What passes: surely, and perhaps, where something is not known.

use super::packets::Packets;

/// The packets that pass whatever the unknown values turn out to be, and those that pass for some of them.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub(super) surely: Packets,
    /// Among them those that pass surely.
    pub(super) perhaps: Packets,
}

impl Flow {
    /// Nothing passes.
    pub(super) fn none() -> Self {
        Self::known(Packets::none())
    }

    /// These pass, and no others.
    pub(super) fn known(packets: Packets) -> Self {
        Self { surely: packets.clone(), perhaps: packets }
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        Self { surely: self.surely.and(&other.surely), perhaps: self.perhaps.and(&other.perhaps) }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self { surely: self.surely.or(other.surely), perhaps: self.perhaps.or(other.perhaps) }
    }
}
