//! How fast and how visibly long work is done; results never depend on it.

/// The number of threads, and who is told how far the work is (进度).
#[derive(Clone, Copy)]
pub struct Pace<'a> {
    /// How many threads may work.
    pub threads: usize,
    /// Is told what is being done and how much of it: the doing in Chinese, how far, of how much.
    pub progress: &'a (dyn Fn(&str, u64, u64) + Sync),
}

impl Default for Pace<'_> {
    /// One thread, and nobody is told.
    fn default() -> Self {
        Pace { threads: 1, progress: &|_, _, _| {} }
    }
}

/// Does two things, at the same time if there may be two threads.
pub(crate) fn both<A, B: Send>(
    threads: usize,
    one: impl FnOnce() -> A,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    if threads < 2 {
        return (one(), other());
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        // A panic in the thread is passed on as it came.
        (one(), other.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)))
    })
}
