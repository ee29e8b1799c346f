//! Tells monitoring how the daemon fares, over HTTP: `/healthz` (alive), `/readyz` (takes documents; else one line per
//! reason), `/metrics` (Prometheus). No personal data passes here. The only place with an asynchronous runtime.

mod listen;
mod metrics;

use std::{io, net::SocketAddr, thread::JoinHandle, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
    sync::oneshot,
};

use crate::pipeline::Health;

/// How long a stop waits for answers that are on their way.
const GRACE: Duration = Duration::from_millis(500);

/// Why nobody can be told.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The address cannot be had.
    #[error("cannot listen on {address}; is another program using it?")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The system gives no thread.
    #[error("cannot start the thread that answers monitoring")]
    Thread(#[source] io::Error),
}

/// A running server. Stops when dropped.
#[derive(Debug)]
pub struct Served {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Answers on an address, on a thread of its own. Whether the address is fit is the configuration's question.
///
/// # Errors
/// The address is taken or not this machine's, or there is no thread to be had.
pub fn serve(address: SocketAddr, health: Health) -> Result<Served, WebError> {
    let refused = |source| WebError::Bind { address, source };
    let listener = std::net::TcpListener::bind(address).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let runtime = Builder::new_current_thread().enable_all().build().map_err(WebError::Thread)?;
    let listener = {
        let _inside = runtime.enter();
        TcpListener::from_std(listener).map_err(refused)?
    };
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::Builder::new()
        .name("web".to_owned())
        .spawn(move || answer(&runtime, listener, health, stopped))
        .map_err(WebError::Thread)?;
    Ok(Served { address, stop: Some(stop), thread: Some(thread) })
}

/// Runs until told to stop, and a little longer for answers on their way.
fn answer(
    runtime: &Runtime,
    listener: TcpListener,
    health: Health,
    stopped: oneshot::Receiver<()>,
) {
    let (drain, drained) = oneshot::channel::<()>();
    let serving = axum::serve(listen::Bounded::new(listener), routes(health));
    let serving = serving.with_graceful_shutdown(async {
        // A sender that is gone means the same as one that says stop.
        let _ = drained.await;
    });
    runtime.block_on(async {
        let serving = runtime.spawn(async { serving.await });
        let _ = stopped.await;
        drop(drain);
        // Whoever is still being answered after that is cut off with the runtime.
        let _ = tokio::time::timeout(GRACE, serving).await;
    });
}

fn routes(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
        .with_state(health)
}

async fn alive(State(health): State<Health>) -> impl IntoResponse {
    match health.is_alive() {
        true => (StatusCode::OK, "alive\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "the main loop is silent\n"),
    }
}

async fn ready(State(health): State<Health>) -> impl IntoResponse {
    let mut reasons = health.reasons();
    if reasons.is_empty() {
        return (StatusCode::OK, "ready\n".to_owned());
    }
    reasons.iter_mut().for_each(|reason| *reason = reason.replace(['\r', '\n'], " ") + "\n");
    (StatusCode::SERVICE_UNAVAILABLE, reasons.concat())
}

async fn figures(State(health): State<Health>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], metrics::text(&health.figures()))
}

impl Served {
    /// Where it answers; tells the port that the system chose for port 0.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread of ours that panicked has told so itself.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };

    use super::*;
    use crate::clock::Clock;

    fn served() -> (Served, Health, Clock) {
        let clock = Clock::manual(0);
        let health = Health::new(clock.clone());
        (serve(([127, 0, 0, 1], 0).into(), health.clone()).unwrap(), health, clock)
    }

    /// Status and body of a request.
    fn ask(served: &Served, request: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(served.address()).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    #[test]
    fn it_tells_whether_it_is_ready_and_why_not() {
        let (served, health, _) = served();
        assert_eq!(ask(&served, "GET /readyz"), (503, "starting\n".to_owned()));
        health.started();
        assert_eq!(ask(&served, "GET /readyz"), (200, "ready\n".to_owned()));
        health.set_reason("a", Some("the disk\nis full".to_owned()));
        health.set_reason("b", Some("two".to_owned()));
        assert_eq!(ask(&served, "GET /readyz"), (503, "the disk is full\ntwo\n".to_owned()));
    }

    #[test]
    fn it_tells_whether_the_main_loop_is_alive() {
        let (served, health, clock) = served();
        health.beat();
        assert_eq!(ask(&served, "GET /healthz").0, 200);
        clock.advance(crate::pipeline::health::SILENCE + 1);
        assert_eq!(ask(&served, "GET /healthz").0, 503);
    }

    #[test]
    fn metrics_come_as_text_and_nothing_else_is_there() {
        let (served, health, _) = served();
        health.set_waiting("rosters", 2);
        let (status, body) = ask(&served, "GET /metrics");
        assert_eq!(status, 200);
        assert!(body.contains("\ncmegate_waiting_files{route=\"rosters\"} 2\n"), "{body}");
        assert_eq!(ask(&served, "POST /metrics").0, 405);
        assert_eq!(ask(&served, "GET /").0, 404);
        assert_eq!(ask(&served, "GET /../etc/passwd").0, 404);
    }

    #[test]
    fn a_taken_address_is_told_with_the_address() {
        let (served, health, _) = served();
        let error = serve(served.address(), health).unwrap_err();
        assert!(error.to_string().contains(&served.address().to_string()), "{error}");
    }

    #[test]
    fn a_silent_client_does_not_keep_it_from_stopping_nor_others_from_asking() {
        let (served, ..) = served();
        let address = served.address();
        let mut idle = TcpStream::connect(address).unwrap();
        idle.write_all(b"GET /hea").unwrap();
        assert_eq!(ask(&served, "GET /healthz").0, 200);
        let begin = std::time::Instant::now();
        drop(served);
        assert!(begin.elapsed() < GRACE * 8);
        assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
    }
}
