//! Classic load balancers.

mod load_balancer;
