//! Requests by hand, without an SDK: for comparing the simulation with other implementations.

use crate::exchange::{Exchange, exchange};
use crate::sim::Sim;
use crate::wire;

impl Sim {
    /// What a request is answered with, if it is answered at all: faults and gates strike it like any other. A signature is not
    /// checked.
    ///
    /// ```
    /// # async fn doc(sim: blogstack_sim::Sim) {
    /// let who = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/ec2/aws4_request";
    /// let request = http::Request::post("/").header("authorization", who);
    /// let request = request.body(b"Action=DescribeVpcs&Version=2016-11-15".to_vec()).expect("a request");
    /// let answer = sim.answer(request).await.expect("no fault is set");
    /// assert!(answer.status() == 200 && answer.body().starts_with(b"<?xml"));
    /// # }
    /// ```
    pub async fn answer(&self, request: http::Request<Vec<u8>>) -> Option<http::Response<Vec<u8>>> {
        let body = |bytes: Vec<u8>| http_body_util::Full::new(bytes::Bytes::from(bytes));
        let Ok(request) = wire::read(self, request.map(body)).await;
        match exchange(self, request).await {
            Exchange::Answered(mut reply) => {
                let body = std::mem::take(&mut reply.body);
                wire::response(&reply, body).ok()
            }
            _ => None,
        }
    }
}
