//! What kind of disk a folder is on, and how much room there is.

use std::{io, path::Path};

/// Magic numbers of file systems that live on another machine (or only pass on what another system
/// does), where locks and shared memory cannot be relied on. From `linux/magic.h` and `statfs(2)`.
#[cfg(target_os = "linux")]
const NETWORKS: &[(u32, &str)] = &[
    (0x6969, "nfs"),
    (0xff53_4d42, "cifs"),
    (0xfe53_4d42, "smb2"),
    (0x517b, "smbfs"),
    (0x564c, "ncpfs"),
    (0x0102_1997, "9p"),
    (0x786f_4256, "vboxsf"),
    (0xbacb_acbc, "vmhgfs"),
    (0x00c3_6400, "ceph"),
    (0x0bd0_0bd0, "lustre"),
    (0x5346_414f, "afs"),
    (0x6b41_4653, "kafs"),
    (0x7375_7245, "coda"),
    (0x0116_1970, "gfs2"),
    (0x7461_636f, "ocfs2"),
    (0x4750_4653, "gpfs"),
    (0xaad7_aaea, "panfs"),
    (0x2003_0528, "orangefs"),
];

/// All of FUSE has one magic number; the mount table knows who is behind it.
#[cfg(target_os = "linux")]
const FUSE: u32 = 0x6573_5546;
#[cfg(target_os = "linux")]
const FUSE_NETWORKS: &[&str] = &[
    "fuse.sshfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.goofys",
    "fuse.glusterfs",
    "fuse.davfs",
    "fuse.davfs2",
    "fuse.curlftpfs",
    "fuse.smbnetfs",
    "fuse.cephfs",
    "fuse.ceph-fuse",
    "fuse.juicefs",
    "fuse.seaweedfs",
    "fuse.vmhgfs-fuse",
    "fuse.gvfsd-fuse",
    "fuse.mfs",
    "fuse.bindfs",
    "virtiofs",
];

/// The kind of network share a path lies on (`nfs`, `cifs`, `fuse.sshfs` …); `None` on a disk of this
/// machine, or where the system does not tell.
///
/// # Errors
/// The path is not there or cannot be looked at.
#[cfg(target_os = "linux")]
pub fn network_kind(path: &Path) -> io::Result<Option<&'static str>> {
    // The type's width and sign differ between machines; the magic numbers have 32 bits.
    let magic = rustix::fs::statfs(path)?.f_type as u32;
    if magic == FUSE {
        let path = std::fs::canonicalize(path)?;
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let kind = mounted_kind(&mounts, &path);
        return Ok(FUSE_NETWORKS.iter().find(|known| Some(**known) == kind).copied());
    }
    Ok(NETWORKS.iter().find(|(known, _)| *known == magic).map(|(_, name)| *name))
}

/// Whether a path lies on a network share: this system does not tell.
///
/// # Errors
/// The path is not there or cannot be looked at.
#[cfg(not(target_os = "linux"))]
pub fn network_kind(path: &Path) -> io::Result<Option<&'static str>> {
    std::fs::metadata(path).map(|_| None)
}

/// The file system type of the mount a path lies in (proc_pid_mountinfo(5): mount point in the fifth
/// column, type behind the lone dash).
#[cfg(target_os = "linux")]
fn mounted_kind<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    let mut deepest = (0, None);
    for line in mounts.lines() {
        let Some((place, kind)) = line.split_once(" - ") else { continue };
        let point = unescaped(place.split(' ').nth(4).unwrap_or_default());
        let depth = Path::new(&point).components().count();
        // A later mount at the same point covers the earlier one.
        if path.starts_with(&point) && depth >= deepest.0 {
            deepest = (depth, kind.split(' ').next());
        }
    }
    deepest.1
}

/// Blanks in mount points are written as `\040`.
#[cfg(target_os = "linux")]
fn unescaped(point: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(point.to_owned(), |text, (code, meant)| text.replace(code, meant))
}

/// Bytes that may still be written where a path lies.
///
/// # Errors
/// The path is not there or cannot be looked at.
#[cfg(unix)]
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let told = rustix::fs::statvfs(path)?;
    Ok(told.f_bavail.saturating_mul(told.f_frsize))
}

/// Bytes that may still be written: this system is not asked, so it is said to be much.
///
/// # Errors
/// The path is not there or cannot be looked at.
#[cfg(not(unix))]
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    std::fs::metadata(path).map(|_| u64::MAX)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn a_scratch_folder_is_on_a_disk_of_this_machine_with_room() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(network_kind(folder.path()).unwrap(), None);
        assert!(free_bytes(folder.path()).unwrap() > 0);
        let missing = folder.path().join("missing");
        assert!(network_kind(&missing).is_err() && free_bytes(&missing).is_err());
    }

    #[test]
    fn the_deepest_mount_tells_the_kind() {
        let mounts = "\
21 1 254:0 / / rw,noatime - ext4 /dev/vda rw
30 21 0:50 / /mnt/in\\040box rw shared:1 - fuse.sshfs host:/x rw
31 30 0:51 / /mnt/in\\040box/a rw - fuseblk /dev/sdb rw
32 21 0:52 / /mnt/in rw - fuse.rclone r: rw
broken line
";
        for (path, kind) in [
            ("/mnt/in box/b", Some("fuse.sshfs")),
            ("/mnt/in box/a/c", Some("fuseblk")),
            ("/mnt/in/x", Some("fuse.rclone")),
            ("/mnt/inner", Some("ext4")),
        ] {
            assert_eq!(mounted_kind(mounts, Path::new(path)), kind, "{path}");
        }
        assert_eq!(mounted_kind("", Path::new("/a")), None);
    }
}
