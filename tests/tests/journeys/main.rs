//! Paths through the gateway of a whole fleet: real storage, real queues, the practice partners outside.

mod bad_input;
mod customer;
mod failing_world;
mod keys;
mod owner;
mod two_owners;
mod world;
