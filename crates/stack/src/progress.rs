use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a person waiting for the servers is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Something that takes a while has begun.
    Begun(String),
    /// It is through, and took this long.
    Done(String, Duration),
    /// Something worth knowing that needs no waiting.
    Note(String),
}

/// Where steps are reported to; cheap to clone.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(Step) + Send + Sync>);

impl Progress {
    /// Reports to `listener`, which must not block.
    pub fn new(listener: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    /// Reports to nobody.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(|_| ())
    }

    /// Tells one thing.
    pub fn note(&self, text: impl Into<String>) {
        (self.0)(Step::Note(text.into()));
    }

    /// Reports the beginning of `what`, runs it, and reports its end if it succeeded.
    pub async fn during<T, E>(
        &self,
        what: &str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        (self.0)(Step::Begun(what.to_owned()));
        let begun = Instant::now();
        let result = work.await;
        if result.is_ok() {
            (self.0)(Step::Done(what.to_owned(), begun.elapsed()));
        }
        result
    }
}
