//! One request from its arrival to its answer: the gate, the faults, the effect, the file, the log.

use std::sync::Arc;
use std::time::Duration;

use crate::call::{Call, CallInfo, Outcome};
use crate::chance;
use crate::engine::Applied;
use crate::failure::Failure;
use crate::fault::{self, FaultKind, FaultTime};
use crate::gate::{Gate, Verdict};
use crate::moment::Moment;
use crate::protocol::reply::{Answer, Reply, Whole};
use crate::protocol::request::Request;
use crate::protocol::service::Protocol;
use crate::protocol::xml::Xml;
use crate::sim::{Shared, Sim, locked};

/// What comes back over the connection.
#[derive(Debug)]
pub(crate) enum Exchange {
    /// A whole reply.
    Answered(Reply),
    /// A reply whose body breaks off.
    CutShort(Reply),
    /// An end of the connection.
    Reset,
    /// Nothing, until the client gives up.
    Silence,
    /// Nothing, for ever.
    Gone,
    /// The simulation itself is broken: its file or its log cannot be written.
    Broken(Arc<std::io::Error>),
}

/// Takes a request through the simulation.
pub(crate) async fn exchange(sim: &Sim, request: Request) -> Exchange {
    let shared = &sim.shared;
    let _turn = shared.turn.lock().await;
    let call = Ongoing::begin(shared, &request);
    if call.verdict(|gate, info| gate.before(info)) == Verdict::Drop {
        return call.lost(FaultTime::BeforeEffect);
    }
    if !call.is_admitted() {
        return call.struck(FaultKind::Throttle, FaultTime::BeforeEffect, None);
    }
    let fault = fault::strike(&mut shared.watch().faults, &request);
    if let Some((kind, FaultTime::BeforeEffect)) = fault {
        return call.struck(kind, FaultTime::BeforeEffect, None);
    }
    let applied = call.apply();
    if let Err(error) = write(sim).await {
        return Exchange::Broken(Arc::new(error));
    }
    if call.verdict(|gate, info| gate.after(info)) == Verdict::Drop {
        return call.lost(FaultTime::AfterEffect);
    }
    match fault {
        Some((kind, time)) => call.struck(kind, time, Some(&applied.result)),
        None => call.answered(&applied),
    }
}

/// Brings the file up to date, off the runtime's thread: a paused clock stands still meanwhile.
async fn write(sim: &Sim) -> std::io::Result<()> {
    if sim.shared.journal.is_none() {
        return Ok(());
    }
    let shared = Arc::clone(&sim.shared);
    let written = tokio::task::spawn_blocking(move || shared.flush()).await;
    written.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}

/// The words in which a service says that it is called too often.
fn throttled(protocol: Protocol) -> Failure {
    match protocol {
        Protocol::Ec2 => Failure::new("RequestLimitExceeded", "Request limit exceeded.").status(503),
        Protocol::S3 => Failure::new("SlowDown", "Please reduce your request rate.").status(503),
        Protocol::Query | Protocol::RestXml => Failure::new("Throttling", "Rate exceeded"),
        Protocol::Json | Protocol::Cbor => Failure::new("ThrottlingException", "Rate exceeded"),
        Protocol::RestJson => Failure::new("LimitExceededException", "Rate exceeded").status(429),
    }
}

/// A request that is being dealt with.
struct Ongoing<'a> {
    shared: &'a Shared,
    request: &'a Request,
    info: CallInfo,
    at: Moment,
    request_id: String,
}

impl<'a> Ongoing<'a> {
    fn begin(shared: &'a Shared, request: &'a Request) -> Self {
        let at = shared.clock.now();
        let world = &mut shared.engine().world;
        let number = world.calls;
        world.calls = number.saturating_add(1);
        let info = CallInfo {
            number,
            operation: request.operation.clone(),
            region: request.place.region.clone(),
            service: request.service_name.clone(),
            account: request.place.account.clone(),
            mutating: request.is_mutating(),
            request: request.parameters.clone(),
        };
        let request_id = chance::request_id(world.seed, world.session, number);
        Self { shared, request, info, at, request_id }
    }

    fn verdict(&self, ask: impl Fn(&dyn Gate, &CallInfo) -> Verdict) -> Verdict {
        let gate = self.shared.watch().gate.clone();
        gate.map_or(Verdict::Pass, |gate| ask(gate.as_ref(), &self.info))
    }

    fn is_admitted(&self) -> bool {
        let limits = self.shared.engine().settings.limits;
        self.shared.watch().meters.admits(limits, self.request, self.at)
    }

    fn apply(&self) -> Applied {
        let mut engine = self.shared.engine();
        let applied = engine.apply(self.request, self.at);
        self.shared.queue_changes(&mut engine);
        applied
    }

    fn answered(self, applied: &Applied) -> Exchange {
        let reply = Reply::of(self.request, self.request_id.clone(), &applied.result);
        let outcome = match &applied.result {
            Ok(_) => Outcome::Done,
            Err(Failure { code, simulated: false, .. }) => Outcome::NotSimulated { code: code.to_string() },
            Err(Failure { code, message, .. }) => Outcome::Refused { code: code.to_string(), message: message.clone() },
        };
        self.end(Exchange::Answered(reply), outcome, applied.ignored.clone())
    }

    fn lost(self, time: FaultTime) -> Exchange {
        self.end(Exchange::Gone, Outcome::Dropped { time }, Vec::new())
    }

    fn struck(self, kind: FaultKind, time: FaultTime, result: Option<&Result<Answer, Failure>>) -> Exchange {
        let exchange = self.faulted(&kind, result);
        self.end(exchange, Outcome::Faulted { kind, time }, Vec::new())
    }

    fn faulted(&self, kind: &FaultKind, result: Option<&Result<Answer, Failure>>) -> Exchange {
        let failure = match kind {
            FaultKind::Timeout => return Exchange::Silence,
            FaultKind::Reset => return Exchange::Reset,
            FaultKind::CutBody => return Exchange::CutShort(self.whole_reply(result)),
            FaultKind::Throttle => throttled(self.request.protocol),
            FaultKind::ServerError => Failure::new("InternalError", "An internal error has occurred").status(500),
            FaultKind::Unavailable => Failure::new("Unavailable", "The server is overloaded and can't handle the request").status(503),
            FaultKind::Error { code, message, status } => Failure::new(code.clone(), message.clone()).status(*status),
        };
        Exchange::Answered(Reply::failure(self.request, self.request_id.clone(), &failure))
    }

    /// The reply that breaks off: the real one, or an empty success when there was no effect.
    fn whole_reply(&self, result: Option<&Result<Answer, Failure>>) -> Reply {
        let empty = Ok(match self.request.protocol {
            Protocol::Ec2 | Protocol::Query => Answer::Xml(Xml::new()),
            Protocol::Json | Protocol::Cbor | Protocol::RestJson => Answer::Json(serde_json::json!({})),
            Protocol::RestXml | Protocol::S3 => Answer::Whole(Whole::empty(200)),
        });
        Reply::of(self.request, self.request_id.clone(), result.unwrap_or(&empty))
    }

    /// Notes the call down, then lets go what comes back.
    fn end(self, exchange: Exchange, outcome: Outcome, ignored: Vec<String>) -> Exchange {
        let (shared, call) = (self.shared, self.call(outcome, ignored, &exchange));
        if !call.ignored.is_empty() {
            tracing::warn!(operation = call.operation, ignored = ?call.ignored, "parameters that the simulation does not model");
        }
        let logged = shared.log.as_ref().map_or(Ok(()), |log| locked(log).write(&call));
        if shared.keep.calls {
            shared.watch().calls.push(call);
        }
        match logged {
            Ok(()) => exchange,
            Err(error) => Exchange::Broken(Arc::new(error)),
        }
    }

    fn call(self, outcome: Outcome, ignored: Vec<String>, exchange: &Exchange) -> Call {
        let answer = match exchange {
            Exchange::Answered(reply) if self.shared.keep.answers => Some(reply.text()),
            _ => None,
        };
        Call {
            number: self.info.number,
            operation: self.info.operation,
            region: self.info.region,
            service: self.info.service,
            account: self.info.account,
            mutating: self.info.mutating,
            outcome,
            at: Duration::from_millis(self.at),
            request: self.info.request,
            ignored,
            request_id: self.request_id,
            answer,
        }
    }
}
