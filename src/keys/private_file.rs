//! Opening files that hold secrets. What is checked is the file that was opened, not the name: no link is followed,
//! and mode and owner are read from the descriptor.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags};
use zeroize::Zeroizing;

/// Larger files are no keys.
const LIMIT: u64 = 1 << 20;

/// Why a file is not fit to hold a secret, or cannot be read. The text says how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum PrivateFileError {
    /// It is a symbolic link.
    #[error("{} is a symbolic link; name the file itself", .0.display())]
    Link(PathBuf),
    /// A folder, pipe or device.
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// Others than the owner may read or write it.
    #[error("{} can be read or written by others than its owner (mode {mode:04o}); run `chmod 600 {}`, and if others had it in reach, treat what it holds as compromised", .path.display(), .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It belongs to another user.
    #[error("{} belongs to another user (id {owner}); make it your own with `chown`, or run as that user", .path.display())]
    Owner {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// Too large to hold a key.
    #[error("{} is larger than any key file (1 MiB)", .0.display())]
    Large(PathBuf),
    /// The system says no.
    #[error("cannot read {}: {}", .path.display(), words(.source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

fn words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        _ => error.to_string(),
    }
}

/// Reads a file that holds a secret: a regular file, reached without a link, owned by this user (or this user is
/// root), closed to group and others.
pub fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, PrivateFileError> {
    let io = |source: std::io::Error| PrivateFileError::Read { path: path.to_owned(), source };
    // NONBLOCK: opening a pipe nobody writes to must not hang before we can see that it is one.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let descriptor = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(descriptor) => descriptor,
        Err(rustix::io::Errno::LOOP) => return Err(PrivateFileError::Link(path.to_owned())),
        Err(error) => return Err(io(error.into())),
    };
    let stat = rustix::fs::fstat(&descriptor).map_err(|error| io(error.into()))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(PrivateFileError::NotAFile(path.to_owned()));
    }
    let mode = Mode::from_raw_mode(stat.st_mode).bits() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(PrivateFileError::Open { path: path.to_owned(), mode });
    }
    let user = rustix::process::geteuid();
    if !user.is_root() && stat.st_uid != user.as_raw() {
        return Err(PrivateFileError::Owner { path: path.to_owned(), owner: stat.st_uid });
    }
    let length = u64::try_from(stat.st_size).unwrap_or(u64::MAX);
    if length > LIMIT {
        return Err(PrivateFileError::Large(path.to_owned()));
    }
    // One allocation with room to spare: growing would leave copies behind that nobody wipes.
    let capacity = usize::try_from(length).unwrap_or(0) + 64;
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
    File::from(descriptor).take(capacity as u64).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn file(folder: &Path, mode: u32) -> PathBuf {
        let path = folder.join("key");
        std::fs::write(&path, b"secret").expect("writes");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("sets the mode");
        path
    }

    #[test]
    fn only_the_owner_s_own_file_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        for mode in [0o600, 0o400] {
            assert_eq!(&read(&file(folder.path(), mode)).expect("fit")[..], b"secret");
            std::fs::remove_file(folder.path().join("key")).expect("removes");
        }
        for mode in [0o644, 0o640, 0o620, 0o601, 0o666] {
            let error = read(&file(folder.path(), mode)).expect_err("refused");
            assert!(matches!(error, PrivateFileError::Open { mode: seen, .. } if seen == mode), "{mode:o}");
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
    }

    #[test]
    fn links_folders_and_pipes_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = file(folder.path(), 0o600);
        let link = folder.path().join("link");
        symlink(&path, &link).expect("links");
        assert!(matches!(read(&link), Err(PrivateFileError::Link(_))));
        assert!(matches!(read(folder.path()), Err(PrivateFileError::NotAFile(_))));
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("makes a pipe");
        assert!(matches!(read(&pipe), Err(PrivateFileError::NotAFile(_))));
        assert!(read(&folder.path().join("none")).expect_err("refused").to_string().contains("there is no such file"));
    }
}
