//! One file per command.

pub(crate) mod admin;
pub(crate) mod backtest;
pub(crate) mod cargo;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod gallery;
pub(crate) mod migrate;
pub(crate) mod openapi;
pub(crate) mod sqlx;
pub(crate) mod test;
pub(crate) mod up;
pub(crate) mod verify_draw;
