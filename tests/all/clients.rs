//! Other people's clients judge the simulation, served over HTTP.

mod boto3;
mod cli;
mod script;
mod terraform;
mod trace;
