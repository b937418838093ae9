mod kinds;
use kinds::*;

fn program(tunnel: &Tunnel) -> String {
    format!("the key is {}", tunnel.psk)
}

fn main() {}
