//! What the simulation has in common with every way to reach it: HTTP requests are read, and replies become HTTP responses.

mod body;

use http_body_util::BodyExt;

pub(crate) use crate::wire::body::CutBody;

use crate::protocol::reply::Reply;
use crate::protocol::request::{Received, Request};
use crate::sim::Sim;

/// Reads a request. Its body is polled, as a real connection would: that is what the SDK measures uploads by.
pub(crate) async fn read<B: http_body::Body>(sim: &Sim, request: http::Request<B>) -> Result<Request, B::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let of_s3 = || crate::s3::path(head.uri.host().or_else(|| header("host")).unwrap_or_default(), head.uri.path());
    let is_s3 = header("authorization").is_some_and(|signature| signature.contains("/s3/aws4_request"));
    let path = if is_s3 { of_s3() } else { head.uri.path().into() };
    let received = Received {
        method: head.method.as_str(),
        path: &path,
        authorization: header("authorization").unwrap_or_default(),
        target: header("x-amz-target"),
        query: head.uri.query().unwrap_or_default(),
        headers: Some(&head.headers),
        body: &body,
    };
    Ok(Request::read(&received, &sim.shared.default))
}

/// The response that brings a reply, in a body of some kind.
pub(crate) fn response<B>(reply: &Reply, body: B) -> Result<http::Response<B>, http::Error> {
    let mut response = http::Response::builder().status(reply.status).header("x-amzn-requestid", &reply.request_id);
    // A reply to HEAD says how long the body would be.
    if !reply.headers.iter().any(|(name, _)| name == "content-length") {
        response = response.header("content-length", reply.body.len());
    }
    if !reply.content_type.is_empty() {
        response = response.header("content-type", reply.content_type);
    }
    let own = reply.headers.iter();
    own.fold(response, |response, (name, value)| response.header(name.as_ref(), value)).body(body)
}
