//! Requests by hand, without an SDK: for comparing the simulation with other implementations.

use crate::exchange::{Exchange, exchange};
use crate::protocol::request::{Received, Request};
use crate::sim::Sim;

impl Sim {
    /// The status and the body that a POST request to `/` is answered with, if it is answered at all: faults and gates strike it
    /// like any other. `authorization` and `target` are the headers `Authorization` and, for services that speak JSON,
    /// `X-Amz-Target`. A signature is not checked.
    ///
    /// ```
    /// # async fn doc(sim: blogstack_sim::Sim) {
    /// let who = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/ec2/aws4_request";
    /// let (status, body) = sim.answer(who, None, "Action=DescribeVpcs&Version=2016-11-15").await.expect("no fault is set");
    /// assert!(status == 200 && body.contains("DescribeVpcsResponse"));
    /// # }
    /// ```
    pub async fn answer(&self, authorization: &str, target: Option<&str>, body: &str) -> Option<(u16, String)> {
        let received = Received { method: "POST", path: "/", authorization, target, query: "", body: body.as_bytes() };
        match exchange(self, Request::read(&received, &self.shared.default)).await {
            Exchange::Answered(reply) => Some((reply.status, reply.body)),
            _ => None,
        }
    }
}
