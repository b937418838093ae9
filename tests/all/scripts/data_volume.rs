//! A volume for data: `data-volume.sh` with the real `blkid` and `mkfs.ext4` on a file, and stand-ins for what needs a kernel's help.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
    process::Command,
};

use blogstack_tests::python::skip;

use super::place::{Place, ended};

/// A machine with an empty volume, unless file systems cannot be made here.
fn place() -> Option<Place> {
    if Command::new("/usr/sbin/mkfs.ext4").arg("-V").output().is_err() {
        skip("tests of volumes: `mkfs.ext4` is not here (Debian: e2fsprogs)");
        return None;
    }
    let place = Place::new(&[("mount", "touch \"$PLACE/mounted\""), ("mountpoint", "[ -e \"$PLACE/mounted\" ]")]);
    File::create(place.path("device")).unwrap().set_len(64 << 20).unwrap();
    place.write("fstab", "# what is mounted\n");
    Some(place)
}

fn mount(place: &Place) -> Command {
    let mut command = place.command("data-volume.sh");
    command.args([place.path("device"), place.path("data")]).env("FSTAB", place.path("fstab")).env("TRIES", "2");
    command
}

fn blkid(place: &Place, tag: &str) -> String {
    let output = Command::new("/usr/sbin/blkid").args(["-p", "-s", tag, "-o", "value"]).arg(place.path("device")).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn an_empty_volume_gets_a_file_system_once() {
    let Some(place) = place() else { return };
    let (code, said) = ended(&mut mount(&place));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("is empty: it gets a file system"), "{said}");
    let uuid = blkid(&place, "UUID");
    let line = format!("UUID={uuid} {} ext4 defaults,nofail 0 2\n", place.path("data").display());
    assert_eq!(place.read("fstab"), format!("# what is mounted\n{line}"));
    assert!(place.calls().iter().any(|call| *call == format!("mount {}", place.path("data").display())));
    // Another machine, or another boot: what is there stays.
    std::fs::remove_file(place.path("mounted")).unwrap();
    let (code, said) = ended(&mut mount(&place));
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("it gets a file system"), "{said}");
    assert_eq!(blkid(&place, "UUID"), uuid);
    assert_eq!(place.read("fstab").matches(&uuid).count(), 1);
}

#[test]
fn a_volume_with_anything_on_it_is_left_alone() {
    let Some(place) = place() else { return };
    let mut device = File::options().write(true).open(place.path("device")).unwrap();
    device.seek(SeekFrom::Start(10 << 20)).unwrap();
    device.write_all(b"somebody's data").unwrap();
    let (code, said) = ended(&mut mount(&place));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("has no file system that is known, but is not empty: it is left alone"), "{said}");
    assert_eq!(blkid(&place, "TYPE"), "");
    assert!(!place.path("mounted").exists());
}

#[test]
fn a_file_system_of_another_type_is_kept() {
    let Some(place) = place() else { return };
    assert!(Command::new("/usr/sbin/mkfs.ext2").arg("-q").arg(place.path("device")).status().unwrap().success());
    let uuid = blkid(&place, "UUID");
    let (code, said) = ended(&mut mount(&place));
    assert_eq!(code, Some(0), "{said}");
    assert_eq!((blkid(&place, "UUID"), blkid(&place, "TYPE")), (uuid, "ext2".to_owned()));
}

#[test]
fn a_volume_that_is_not_there_is_told() {
    let Some(place) = place() else { return };
    std::fs::remove_file(place.path("device")).unwrap();
    let (code, said) = ended(&mut mount(&place));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("is not there"), "{said}");
}
