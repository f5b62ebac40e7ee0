use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::sync::watch;

use crate::accounts::Account;
use crate::leftovers;
use crate::programs::Programs;

/// Pause between two signals to end.
const AGAIN: Duration = Duration::from_secs(1);

/// A program to start: what, as whom, where it writes.
pub(crate) struct Launch<'a> {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<String>,
    pub(crate) env: Vec<(&'static str, String)>,
    pub(crate) dir: &'a Path,
    pub(crate) account: Option<&'a Account>,
    /// The stack's folder, where it is remembered that the program runs.
    pub(crate) data: &'a Path,
    /// Name of its log in that folder.
    pub(crate) log: &'static str,
    /// Ends the program in good order.
    pub(crate) stop: Signal,
    /// What the kernel sends when this process is gone, and with it whoever could send a signal twice.
    pub(crate) orphaned: Signal,
}

/// A started program. Dropped, it is told to end in good order, without waiting.
#[derive(Debug)]
pub(crate) struct Process {
    name: &'static str,
    pid: Pid,
    stop: Signal,
    log: PathBuf,
    exit: watch::Receiver<Option<ExitStatus>>,
}

impl Process {
    /// Starts the program in a process group of its own: a Ctrl-C at the terminal is for the parent, which
    /// then ends its servers in the right order. Not asynchronous, although it waits some milliseconds: broken off in
    /// the middle it would leave a program that nobody ends.
    pub(crate) fn start(launch: Launch<'_>, programs: &Programs) -> anyhow::Result<Self> {
        let Launch {
            name,
            program,
            args,
            env,
            dir,
            account,
            data,
            log,
            stop,
            orphaned,
        } = launch;
        let log = data.join(log);
        let output = File::create(&log).with_context(|| format!("write {}", log.display()))?;
        let mut command = match &programs.setpriv {
            Some(setpriv) => {
                let mut command = Command::new(setpriv);
                command
                    .args(["--pdeathsig", orphaned.as_str().trim_start_matches("SIG")])
                    .arg("--")
                    .arg(&program);
                command
            }
            None => Command::new(&program),
        };
        command.args(args).env_clear().env(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        );
        command
            .env("LANG", "C.UTF-8")
            .envs(env)
            .current_dir(dir)
            .process_group(0);
        command
            .stdin(Stdio::null())
            .stdout(output.try_clone().context("share the log")?)
            .stderr(output);
        if let Some(account) = account {
            command.uid(account.uid).gid(account.gid);
        }
        let (reply, answer) = channel();
        keeper()
            .send(Order { command, reply })
            .map_err(|_| anyhow!("the thread that starts programs has ended"))?;
        let child = answer
            .recv()
            .context("wait for the thread that starts programs")?
            .with_context(|| format!("start {}", program.display()))?;
        let pid = Pid::from_raw(i32::try_from(child.id()).context("read the process id")?);
        let process = Self {
            name,
            pid,
            stop,
            log,
            exit: reap(child),
        };
        if let Err(error) = leftovers::remember(data, name, pid.as_raw()) {
            process.kill();
            return Err(error);
        }
        Ok(process)
    }

    /// Process id, of the group as well.
    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw()
    }

    /// An error with the last lines of the log, once the program has ended.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        match *self.exit.borrow() {
            None => Ok(()),
            Some(status) => bail!("{} ended with {status}: {}", self.name, tail(&self.log)),
        }
    }

    /// Waits for the program to end by itself.
    pub(crate) async fn finished(&self) -> anyhow::Result<()> {
        let status = self.ended().await;
        if status.is_some_and(|s| s.success()) {
            Ok(())
        } else {
            Err(anyhow!("{} failed: {}", self.name, tail(&self.log)))
        }
    }

    /// Ends the program in good order; what is still there after `grace` is killed.
    pub(crate) async fn end(self, grace: Duration) -> anyhow::Result<()> {
        let ending = async {
            // More than once: a broker that has only begun to start loses the signal.
            loop {
                self.signal(self.stop);
                if tokio::time::timeout(AGAIN, self.ended()).await.is_ok() {
                    break;
                }
            }
        };
        if tokio::time::timeout(grace, ending).await.is_ok() {
            return Ok(());
        }
        self.kill();
        self.ended().await;
        bail!("{} did not end within {grace:?} and was killed", self.name)
    }

    /// Kills the program and its children at once: for data that is thrown away.
    pub(crate) fn kill(&self) {
        if self.exit.borrow().is_none() {
            // Gone already is what is wanted.
            killpg(self.pid, Signal::SIGKILL).ok();
        }
    }

    async fn ended(&self) -> Option<ExitStatus> {
        let mut exit = self.exit.clone();
        let status = exit.wait_for(Option::is_some).await;
        status.ok().and_then(|s| *s)
    }

    fn signal(&self, signal: Signal) {
        if self.exit.borrow().is_none() {
            kill(self.pid, signal).ok();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(self.stop);
    }
}

struct Order {
    command: Command,
    reply: Sender<std::io::Result<Child>>,
}

/// One thread starts every program and lives as long as this process: the kernel counts the end of the
/// thread that started a program as the death of its parent.
fn keeper() -> Sender<Order> {
    static KEEPER: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();
    let keeper = KEEPER.get_or_init(|| {
        let (orders, inbox): (_, Receiver<Order>) = channel();
        std::thread::spawn(move || {
            for mut order in inbox {
                order.reply.send(order.command.spawn()).ok();
            }
        });
        Mutex::new(orders)
    });
    keeper
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

fn reap(mut child: Child) -> watch::Receiver<Option<ExitStatus>> {
    let (sender, receiver) = watch::channel(None);
    std::thread::spawn(move || {
        if let Ok(status) = child.wait() {
            sender.send_replace(Some(status));
        }
    });
    receiver
}

/// The last lines of a log, on one line.
pub(crate) fn tail(log: &Path) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(1500)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let last = lines[lines.len().saturating_sub(6)..].join(" | ");
    format!("{last} (see {})", log.display())
}
