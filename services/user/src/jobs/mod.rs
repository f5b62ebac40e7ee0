//! What runs by itself beside the API: there are no queues to consume, only rounds to make.

pub mod rounds;
