//! psql, and the server it believes to have.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// A psql that reads scripts.
pub(super) struct Psql {
    process: Child,
    input: ChildStdin,
    sent: Receiver<String>,
    /// The socket and the script.
    directory: TempDir,
    scripts: u32,
}

impl Psql {
    /// Starts one. None if there is no psql here.
    pub(super) fn start() -> Option<Self> {
        let program = program()?;
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join(".s.PGSQL.5432")).unwrap();
        let (sender, sent) = channel();
        let mut process = Command::new(program)
            .args([
                "--no-psqlrc",
                "--quiet",
                "--username=u",
                "--dbname=d",
                "--port=5432",
            ])
            .arg("--host")
            .arg(directory.path())
            .env("PGCLIENTENCODING", "UTF8")
            // Should a script's letters ever be taken for `\e`.
            .env("PSQL_EDITOR", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            // psql goes away when the test ends.
            let _ = serve(stream, &sender);
        });
        Some(Self {
            input: process.stdin.take().unwrap(),
            process,
            sent,
            directory,
            scripts: 0,
        })
    }

    /// What psql sends when it reads a script.
    pub(super) fn read(&mut self, script: &str) -> Vec<String> {
        let path = self.directory.path().join("script.sql");
        fs::write(&path, script).unwrap();
        self.scripts += 1;
        let end = format!("SELECT 'end of script {}';", self.scripts);
        writeln!(self.input, "\\i {}\n{end}", path.display()).unwrap();
        let mut sent = Vec::new();
        loop {
            match self.sent.recv_timeout(Duration::from_secs(20)) {
                Ok(query) if query == end => return sent,
                Ok(query) => sent.push(query),
                Err(error) => panic!("psql stops at {script:?}: {error}"),
            }
        }
    }
}

impl Drop for Psql {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Debian's psql of the newest version.
fn program() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let programs = versions.map(|version| version.path().join("bin/psql"));
    programs.filter(|program| program.exists()).max()
}

fn message(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap();
    [&[tag], &length.to_be_bytes()[..], body].concat()
}

fn read_body(stream: &mut UnixStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
    stream.read_exact(&mut body)?;
    Ok(body)
}

/// Lets psql in, takes down each query, and says that it was done.
fn serve(mut stream: UnixStream, sender: &Sender<String>) -> io::Result<()> {
    read_body(&mut stream)?;
    let ready = message(b'Z', b"I");
    let greeting = [
        message(b'R', &[0; 4]),
        message(b'S', b"server_version\x0015.0\0"),
        message(b'S', b"client_encoding\0UTF8\0"),
        message(b'S', b"standard_conforming_strings\0on\0"),
        message(b'K', &[0; 8]),
        ready.clone(),
    ];
    stream.write_all(&greeting.concat())?;
    let done = [message(b'C', b"DO\0"), ready].concat();
    loop {
        let mut tag = [0];
        stream.read_exact(&mut tag)?;
        let body = read_body(&mut stream)?;
        if tag == *b"Q" {
            let query = String::from_utf8_lossy(&body[..body.len() - 1]).into_owned();
            if sender.send(query).is_err() {
                return Ok(());
            }
            stream.write_all(&done)?;
        }
    }
}
