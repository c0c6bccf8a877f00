//! A bar on the terminal when work takes longer than a second. It goes to the error output, only if that is a
//! terminal, and is gone when the work is done.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that takes less shows no bar.
const SHORT: Duration = Duration::from_secs(1);

/// The bar of a command.
pub(crate) struct Progress {
    begun: Instant,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    /// From now on.
    pub(crate) fn new() -> Progress {
        Progress { begun: Instant::now(), bar: Mutex::new(None) }
    }

    /// What is being done, how far it is and of how much.
    pub(crate) fn tell(&self, doing: &str, done: u64, of: u64) {
        if self.begun.elapsed() < SHORT {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(of), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}%");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        bar.set_message(doing.to_owned());
        bar.set_length(of.max(1));
        bar.set_position(done.min(of));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}
