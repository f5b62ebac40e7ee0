//! The user service on real PostgreSQL, Redis and RabbitMQ; the tax office and the message dealer are stand-ins.

mod accounts;
mod admin;
mod attacks;
mod business;
mod erasure;
mod internal;
mod login;
mod me;
mod password_resets;
mod practice;
mod reference;
mod refresh;
mod revocation;
mod rotation;
mod rounds;
mod sessions;
mod sign_up_mistakes;
mod sign_up_retries;
mod stage;
mod stand_ins;
mod stores;
mod throttle;
mod tokens;
