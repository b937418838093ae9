mod alias;
mod key;
