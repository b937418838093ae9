//! One call of the SDK: paced, tried again where that is safe, and its errors in the engine's terms.
//!
//! The SDK's own retries are off everywhere: a create that is sent again without looking first makes a second object.

use std::{future::Future, time::Duration};

use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use blogstack_core::provider::{ErrorKind, ProviderError, Result};

use crate::wait::Pause;

mod classify;

pub(crate) use classify::classified;

/// How long a reference to an object that was made a moment ago may be answered with `NotFound`.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>
const PATIENCE: Duration = Duration::from_mins(2);

/// How often a call that may be repeated is tried.
const ATTEMPTS: u32 = 8;

/// Sends a request once. For creates: whether to try again is the engine's decision. Only `NotFound`, by which AWS says that it
/// did nothing because it cannot see yet what the request refers to, is answered with patience.
pub(crate) async fn create<T, E, F>(operation: &'static str, send: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T, SdkError<E, Response>>>,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    patient(operation, || timed(operation, send())).await
}

async fn patient<T, E, F>(operation: &'static str, send: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T, SdkError<E, Response>>>,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let mut pause = Pause::up_to(PATIENCE);
    loop {
        match Box::pin(send()).await.map_err(|error| classified(operation, &error)) {
            Err(error) if error.kind == ErrorKind::NotFound && pause.next().await => {}
            answer => return answer,
        }
    }
}

/// Tells, for `-vv`, that a request was answered, and after how long. Not what with.
async fn timed<T, E>(operation: &'static str, request: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let begun = tokio::time::Instant::now();
    let answer = request.await;
    let (succeeded, ms) = (answer.is_ok(), u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX));
    tracing::debug!(operation, succeeded, ms, "called");
    answer
}

/// Sends a request that may be repeated: one that sets something to a value. `NotFound` is answered with patience too.
pub(crate) async fn change<T, E, F>(operation: &'static str, send: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T, SdkError<E, Response>>>,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    patient(operation, || repeated(operation, &send)).await
}

/// Sends a request that only reads, or that may be repeated but where `NotFound` is an answer.
pub(crate) async fn read<T, E, F>(operation: &'static str, send: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T, SdkError<E, Response>>>,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    Box::pin(repeated(operation, &send)).await.map_err(|error| classified(operation, &error))
}

async fn repeated<T, E, F>(operation: &'static str, send: &impl Fn() -> F) -> Result<T, SdkError<E, Response>>
where
    F: Future<Output = Result<T, SdkError<E, Response>>>,
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let mut pause = Pause::times(ATTEMPTS);
    loop {
        let error = match timed(operation, send()).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let passing = matches!(classify::kind_of(&error), ErrorKind::Throttled | ErrorKind::Transient | ErrorKind::Lost);
        if !passing || !pause.next().await {
            return Err(error);
        }
        tracing::debug!(operation, "trying again");
    }
}

/// All pages of a listing: `page` takes the token of the page before.
pub(crate) async fn pages<T, F>(mut page: impl FnMut(Option<String>) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<(Option<Vec<T>>, Option<String>)>>,
{
    let mut all = Vec::new();
    let mut token = None;
    loop {
        let (items, next) = page(token).await?;
        all.extend(items.into_iter().flatten());
        token = next.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(all);
        }
    }
}

/// Asks for objects by what they are called, `most` at once. One that is missing fails a whole call; then they are asked for one by one.
#[cfg(any(feature = "elb", feature = "elbv2"))]
pub(crate) async fn each<T, F>(ids: &[&str], most: usize, ask: impl Fn(Vec<String>) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<Vec<T>>>,
{
    let mut found = Vec::new();
    for batch in ids.chunks(most) {
        match ask(batch.iter().map(|id| (*id).to_owned()).collect()).await {
            Err(error) if error.kind == ErrorKind::NotFound => {
                for id in batch.iter().filter(|_| batch.len() > 1) {
                    found.extend(forgive(ask(vec![(*id).to_owned()]).await, |error| error.kind == ErrorKind::NotFound)?);
                }
            }
            answer => found.extend(answer?),
        }
    }
    Ok(found)
}

/// A part of a request that the SDK takes to be incomplete is a mistake of ours.
#[cfg(any(feature = "elb", feature = "route53", feature = "s3"))]
pub(crate) fn built<T>(operation: &'static str, part: Result<T, aws_smithy_types::error::operation::BuildError>) -> Result<T> {
    part.map_err(|error| ProviderError::new(ErrorKind::Internal, operation, error.to_string()))
}

/// A refusal that does not come as one: with a code all the same.
pub(crate) fn refused(operation: &'static str, code: String, message: Option<String>) -> ProviderError {
    classify::refused(operation, code, message)
}

/// An answer that lacks what it must have: a body that was cut may parse as an empty success, so the object may exist.
pub(crate) fn missing(operation: &'static str, what: &str) -> ProviderError {
    ProviderError::new(ErrorKind::Lost, operation, format!("the answer has no {what}"))
}

/// Whether a call did something: an error with this code says that it did not.
pub(crate) async fn done_unless<T, E: ProvideErrorMetadata>(
    code: &str,
    sent: impl Future<Output = Result<T, SdkError<E, Response>>>,
) -> Result<bool, SdkError<E, Response>> {
    match sent.await {
        Ok(_) => Ok(true),
        Err(error) if error.code() == Some(code) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Turns one kind of error into success.
pub(crate) fn forgive<T: Default>(answer: Result<T>, is_fine: impl Fn(&ProviderError) -> bool) -> Result<T> {
    answer.or_else(|error| if is_fine(&error) { Ok(T::default()) } else { Err(error) })
}

/// For deletes: gone already is success.
pub(crate) fn gone_is_fine<T>(answer: Result<T>) -> Result<()> {
    match answer {
        Err(error) if error.kind != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
